"""The test server itself: language analyzers as production has them, one server for many, a crash, passwords."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.elasticsearch import install
from tests.elasticsearch.fixtures import elasticsearch_address, enter_server  # noqa: F401  (a fixture)
from tests.elasticsearch.node import Account, Node, Security
from tests.elasticsearch.server import kill, running_server, start, status

pytestmark = pytest.mark.elasticsearch

# language → sentence, its tokens without stop words, its tokens with all words kept
SENTENCES: dict[str, tuple[str, str, str]] = {
    "french": (
        "Le ministère de la Défense a déployé des soldats à Koursk",
        "minist defens a deploy soldat koursk",
        "le minist de la defens a deploy des soldat à koursk",
    ),
    "english": (
        "The ministers are deploying 500 soldiers to the border",
        "minist deploi 500 soldier border",
        "the minist ar deploi 500 soldier to the border",
    ),
    "german": (
        "Die Bundeswehr hat die Soldaten an der Grenze stationiert",
        "bundeswehr soldat grenz stationiert",
        "die bundeswehr hat die soldat an der grenz stationiert",
    ),
    "spanish": (
        "Los soldados de la brigada fueron desplegados en las fronteras",
        "soldad brigad desplegad fronter",
        "los soldad de la brigad fueron desplegad en las fronter",
    ),
    "italian": (
        "I soldati della brigata sono stati schierati alle frontiere",
        "soldat brigat stati schierat frontier",
        "i soldat della brigat sono stati schierat alle frontier",
    ),
    "portuguese": (
        "Os soldados da brigada foram enviados para as fronteiras",
        "soldad brigad enviad fronteir",
        "os soldad da brigad foram enviad para as fronteir",
    ),
    "russian": (
        "Солдаты и офицеры были направлены в Курскую область",
        "солдат офицер направл курск област",
        "солдат и офицер был направл в курск област",
    ),
    "ukrainian": (  # a dictionary: it gives base forms, and every one that a word may have
        "Військові та офіцери були відправлені до Курської області",
        "військовий офіцер відправлений курський Курська область",
        "військовий та той офіцер бути відправлений до курський Курська область",
    ),
    "arabic": (
        "الجنود في القاعدة العسكرية من أجل التدريب",
        "جنود قاعد عسكر اجل تدريب",
        "جنود في قاعد عسكر من اجل تدريب",
    ),
    "turkish": (
        "Askerler ve subaylar sınırdaki üslere gönderildi",
        "asker subay sınır üs gönderil",
        "asker ve subay sınır üs gönderil",
    ),
    "dutch": (
        "De soldaten van de brigade zijn naar de grenzen gestuurd",
        "soldat brigad grenz gestuurd",
        "de soldat van de brigad zijn nar de grenz gestuurd",
    ),
    "cjk": (
        "朝鲜士兵 is in 俄罗斯 平壌 대한민국",
        "朝鲜 鲜士 士兵 俄罗 罗斯 平壌 대한 한민 민국",
        "朝鲜 鲜士 士兵 is in 俄罗 罗斯 平壌 대한 한민 민국",
    ),
}
POLISH = "Żołnierze brygady są na granicy i w koszarach"
ANALYZERS: dict[str, Any] = {
    **{f"{language}_all": {"type": language, "stopwords": "_none_"} for language in (*SENTENCES, "polish")},
    "polish_stems": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "polish_stem"]},
    "french_chosen": {"type": "french", "stopwords": ["le", "la"], "stem_exclusion": ["soldats"]},
}
ELASTIC, READER_LOGIN = "elastic:elastic-secret", "reader:reader-secret"
READER = Security(
    "elastic-secret",
    accounts=(Account("reader", "reader-secret", ("veille_reader",)),),
    roles="veille_reader:\n  cluster: [monitor]\n  indices:\n    - names: ['news*']\n      privileges: [read]\n",
)


def call(method: str, url: str, body: object = None, user: str = "") -> tuple[int, Any]:
    """A request to the server: its status and its decoded answer."""
    headers = {"Content-Type": "application/json"}
    if user:
        headers["Authorization"] = f"Basic {base64.b64encode(user.encode()).decode()}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, method=method, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def tokens(url: str, analyzer: str, text: str) -> str:
    """What the analyzer makes of the text, as words with spaces between them."""
    code, answer = call("POST", f"{url}/_analyze", {"analyzer": analyzer, "text": text})
    assert code == 200, answer
    return " ".join(token["token"] for token in answer["tokens"])


@pytest.fixture(scope="module")
def index(elasticsearch_address: str) -> Iterator[str]:  # noqa: F811
    """The address of an index that defines the analyzers above, one for each test process."""
    url = f"{elasticsearch_address}/test-analyzers-{os.getpid()}"
    code, answer = call("PUT", url, {"settings": {"number_of_replicas": 0, "analysis": {"analyzer": ANALYZERS}}})
    assert code == 200, answer
    yield url
    call("DELETE", url)


def test_it_is_healthy_and_of_the_major_version_that_production_runs(elasticsearch_address: str) -> None:  # noqa: F811
    _, health = call("GET", f"{elasticsearch_address}/_cluster/health")
    _, nodes = call("GET", f"{elasticsearch_address}/_nodes/_local")
    assert health["status"] in ("green", "yellow")
    assert {node["version"].split(".")[0] for node in nodes["nodes"].values()} == {"9"}


@pytest.mark.parametrize("language", SENTENCES)
def test_stems_as_lucene_does(index: str, language: str) -> None:
    text, stems, _ = SENTENCES[language]
    assert tokens(index, language, text) == stems


@pytest.mark.parametrize("language", SENTENCES)
def test_keeps_stop_words_where_the_index_says_so(index: str, language: str) -> None:
    text, _, all_words = SENTENCES[language]
    assert tokens(index, f"{language}_all", text) == all_words


def test_the_polish_analyzer_takes_no_stop_words_and_its_stemmer_needs_none(index: str) -> None:
    assert tokens(index, "polish", POLISH) == "żołnier brygada granicąć koszar"
    assert tokens(index, "polish_all", POLISH) == "żołnier brygada granicąć koszar"
    assert tokens(index, "polish_stems", POLISH) == "żołnier brygada są na granicąć i w koszar"


def test_takes_chosen_stop_words_and_words_not_to_stem(index: str) -> None:
    text = "Le ministère de la Défense a déployé des soldats"
    assert tokens(index, "french_chosen", text) == "minist de defens a deploy des soldats"


def test_a_server_of_ones_own_is_shared_secured_and_outlives_a_crash() -> None:
    """One test, as each start takes ten seconds."""
    node = Node(f"own-{os.getpid()}", security=READER, settings={"thread_pool.write.queue_size": "7"})
    with ExitStack() as stack:
        address = enter_server(stack, node)
        assert call("GET", f"{address}/_cluster/health")[0] == 401
        assert call("GET", f"{address}/_cluster/health", user="reader:wrong")[0] == 401
        assert call("PUT", f"{address}/news/_doc/1?refresh=true", {"title": "Koursk"}, ELASTIC)[0] == 201
        assert call("GET", f"{address}/news/_search", user=READER_LOGIN)[1]["hits"]["total"]["value"] == 1
        assert call("PUT", f"{address}/news/_doc/2", {"title": "Moscou"}, READER_LOGIN)[0] == 403

        assert address_for_another_process(node) == address
        assert status(node) == address  # the other has left, this one stays

        assert kill(node)
        assert status(node) is None
        with pytest.raises(urllib.error.URLError):
            call("GET", f"{address}/_cluster/health")
        assert start(node) == address
        assert call("GET", f"{address}/news/_doc/1", user=ELASTIC)[1]["_source"] == {"title": "Koursk"}
        _, info = call("GET", f"{address}/_nodes/_local/settings?flat_settings=true", user=ELASTIC)
        assert [one["settings"]["thread_pool.write.queue_size"] for one in info["nodes"].values()] == ["7"]
    assert status(node) is None
    assert not node.folder.exists()


def address_for_another_process(node: Node) -> str:
    """What a process that asks for the node of that name is given, before it leaves again."""
    program = (
        "import sys; from tests.elasticsearch.node import Node; from tests.elasticsearch.server import running_server\n"
        "with running_server(Node(sys.argv[1])) as address: print(address)"
    )
    command = [sys.executable, "-c", program, node.name]
    root = Path(__file__).parents[2]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=120).stdout.strip()


@pytest.fixture
def no_server_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Node:
    """A node on a machine that has neither Java nor Maven."""
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("VEILLE_TEST_ELASTICSEARCH", raising=False)
    monkeypatch.setattr(install, "JVM_RELEASES", ())
    return Node(home=tmp_path)


def test_without_java_it_says_what_to_install_and_skips(no_server_given: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"needs a JDK .* 21 or later; found: none.*ES_JAVA_HOME"):
        enter_server(ExitStack(), no_server_given)


def test_in_ci_that_is_a_failure(no_server_given: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="needs a JDK"):
        enter_server(ExitStack(), no_server_given)


def test_without_maven_it_says_what_to_install(no_server_given: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ES_JAVA_HOME", str(a_jdk(no_server_given.home / "jdk", "21.0.4")))
    with pytest.raises(install.Unavailable, match="mvn is not on the PATH"):
        start(no_server_given)


@pytest.mark.parametrize(
    ("version", "serves"), [("17.0.15", False), ("1.8.0_392", False), ("21.0.4", True), ("25", True)]
)
def test_takes_java_21_and_later(tmp_path: Path, version: str, serves: bool) -> None:
    environment = {"JAVA_HOME": str(a_jdk(tmp_path, version)), "ES_JAVA_HOME": ""}
    if serves:
        assert install.find_java(environment) == tmp_path
    else:
        assert install.java_version(tmp_path) < install.OLDEST_JAVA


def a_jdk(folder: Path, version: str) -> Path:
    """A folder that looks like a JDK of that version."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "javac").touch()
    (folder / "release").write_text(f'IMPLEMENTOR="Veille"\nJAVA_VERSION="{version}"\n', encoding="utf-8")
    return folder


def test_an_address_that_is_given_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_TEST_ELASTICSEARCH", "http://elastic.example:9200/")
    with running_server() as address:
        assert address == "http://elastic.example:9200"
