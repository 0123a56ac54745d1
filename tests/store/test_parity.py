"""The same queries over the same articles find the same on both engines."""

from __future__ import annotations

import pytest

from processors.alerting.rules import load_rules
from processors.config import Settings
from processors.gazetteer import Gazetteer
from processors.query.parse import parse
from processors.query.tree import Query
from processors.store.interface import Store
from processors.store.open import open_store
from tests.store.cleaning import empty_indices
from tests.store.sample import SEEDS, fill, tagged

pytestmark = pytest.mark.elasticsearch

QUERIES = """
soldiers
soldier
troops
deployment
deployed
deploying
sanctions
missile
missiles
ceasefire
agreement
soldats
soldat
déploiement
militaires
militaire
sapeurs
embuscade
armée
l'armée
Soldaten
Soldat
Truppen
Rakete
Bundeswehr
soldados
militares
misil
emboscada
corea
солдат
войска
ракета
инженеры
солдатів
сапери
мобілізація
полігон
żołnierze
żołnierzy
granica
sankcje
الجنود
قاعدة
اتفاقية
محادثات
士兵
俄罗斯
部隊
군대
soldati
esercito
asker
Erdogan
soldaten
suldati
5G
IRIS-T
deplo*
déplo*
sold*
солда*
польс*
żołn*
الجنو*
俄罗*
title:soldat*
"Port-au-Prince"
"North Korea"
"militaires nord-coréens"
"corea del norte"
"Ain al-Asad"
"soldats supplémentaires"
"envoi de soldats"
"of the"
"de la République"
"de las"
"на полігоні"
"في القاعدة"
"朝鲜向俄罗斯"
"troops Romania"~2
"soldats embuscade"~4
"sent engineers"~4
"engineers sent"~4
"contingent Roumanie"~1
"朝鲜 士兵"~12
title:missile
title:soldats AND lang:fr
body:Kursk
soldiers NOT missile
(soldiers OR soldats OR soldados) AND published:[2024-11-01 TO 2024-11-30]
soldats AND (Niger OR Roumanie)
Koursk OR Kursk OR Курск
entity:"North Korea"
entity:Ukraine AND missile
topic:troop-deployment
topic:troop-deployment AND actor:"North Korea"
actor:France AND quantity:>=5000
actor:France AND quantity:>=1000
actor:"North Korea" AND quantity:>=5000
quantity:>=1000
quantity:[200 TO 2000] AND status:reported
status:denied
actor:Turkey AND target:Libya
topic:military-casualties AND quantity:>=20
NOT topic:troop-deployment AND soldiers
lang:ar AND topic:troop-deployment
source:northwire.example AND troops
author:"Solène Le Gall"
story:none
*
""".strip().splitlines()

NOTHING = ['"engineers sent"~4', "actor:France AND quantity:>=5000", "story:none"]  # the queries that nothing answers


@pytest.fixture(scope="module")
def stores(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Store]:
    """Both engines, with the sample site."""
    folder = tmp_path_factory.mktemp("parity")
    empty_indices(elasticsearch_url)
    lines = tagged(folder / "site.jsonl")
    opened = {}
    for name, address in (("sqlite", f"sqlite:///{folder}/v.sqlite"), ("elasticsearch", elasticsearch_url)):
        opened[name] = open_store(Settings(store=address, _env_file=None))
        fill(opened[name], lines)
    return opened


def hits(store: Store, query: Query) -> set[str]:
    return {hit.article.tagged.article.url for hit in store.search(query, limit=200, highlight=False).hits}


@pytest.fixture(scope="module")
def names() -> Gazetteer:
    return Gazetteer.load(SEEDS / "gazetteer")


def test_the_same_queries_find_the_same(stores: dict[str, Store], names: Gazetteer) -> None:
    found = {text: {name: hits(store, parse(text, names)) for name, store in stores.items()} for text in QUERIES}
    differing = {
        text: {name: sorted(urls - set.intersection(*both.values())) for name, urls in both.items()}
        for text, both in found.items()
        if both["sqlite"] != both["elasticsearch"]
    }
    assert differing == {}
    nothing = [text for text, both in found.items() if not both["sqlite"]]
    assert sorted(nothing) == sorted(NOTHING)


def test_one_event_has_to_pass_all_clauses(stores: dict[str, Store], names: Gazetteer) -> None:
    """The text says 1,000 of France and 10,000 of North Korea."""
    both = "https://northwire.example/two"
    for store in stores.values():
        assert both not in hits(store, parse("actor:France AND quantity:>=5000", names))
        assert both in hits(store, parse("actor:France AND quantity:>=1000", names))
        assert both in hits(store, parse('actor:"North Korea" AND quantity:>=5000', names))


def test_the_shipped_rules_match_the_same(stores: dict[str, Store], names: Gazetteer) -> None:
    rules = [(one.rule.id, one.query) for one in load_rules(SEEDS / "rules", names)]
    assert rules
    for run in ("site", "others"):
        matched = {name: set(store.match(run, rules)) for name, store in stores.items()}
        assert matched["sqlite"] == matched["elasticsearch"]
    for _, query in rules:
        assert hits(stores["sqlite"], query) == hits(stores["elasticsearch"], query)
