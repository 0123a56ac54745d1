"""The sample site's articles, tagged as the pipeline does, and a few in scripts that the site does not have."""

from __future__ import annotations

from pathlib import Path

from processors.config import Settings
from processors.demo.site import SampleSite
from processors.models.articles import ArchiveLocator, IndexedArticle, Page
from processors.models.stories import StoryMember
from processors.pipeline.index import index
from processors.pipeline.tag import tag_batch
from processors.store.interface import Store
from tests.store.building import FRANCE, HOUR, NORTH_KOREA, NOW, article, event, write

SEEDS = Settings(_env_file=None).seeds


def tagged(path: Path) -> Path:
    """The articles of the site as `veille tag` leaves them, in that file."""
    site = SampleSite.load(SEEDS / "sample_site", NOW)
    pages = []
    for number, url in enumerate(sorted(site.expected)):
        body = site.pages[url].body
        headers = {name.lower(): value for name, value in site.pages[url].headers.items()}
        content = body() if callable(body) else body
        pages.append(Page(url, content, NOW, ArchiveLocator("site.warc.gz", number), headers.get("content-type")))
    path.write_bytes(tag_batch(SEEDS, pages))
    return path


def fill(store: Store, tagged: Path) -> None:
    index(store, "site", [tagged], NOW)
    write(store, *others(), run="others", at=NOW + HOUR)


def others() -> list[tuple[IndexedArticle, StoryMember]]:
    def other(id_: str, text: str, lang: str, **more: object) -> tuple[IndexedArticle, StoryMember]:
        return article(id_, text, lang=lang, run="others", **more)  # type: ignore[arg-type]

    two = (event(FRANCE, count=(1000, 1000)), event(NORTH_KOREA, count=(10_000, 10_000)))
    return [
        other("zh", "朝鲜向俄罗斯派遣了约一万名士兵，法国没有派兵。", "zh", title="部署军队"),
        other("ja", "政府は部隊をクルスク州に派遣した。兵士は一万人。", "ja"),
        other("ko", "정부는 군대를 쿠르스크로 파견했다.", "ko"),
        other("tr", "Askerler Kursk'a gönderildi, Erdoğan açıkladı.", "tr"),
        other("it", "I soldati dell'esercito sono partiti per l'Ucraina.", "it"),
        other("pt", "Os soldados da brigada foram enviados para a fronteira.", "pt"),
        other("nl", "De soldaten van de brigade zijn naar de grens gestuurd.", "nl"),
        other("co", "L'armata manda i suldati à a fruntiera.", "co"),
        other("two", "France has 1,000 soldiers there, North Korea 10,000.", "en", events=two),
    ]
