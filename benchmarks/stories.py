"""Prints how well copies and stories are found, and what joining costs: `python -m benchmarks.stories`.

Copies: each real page of VEILLE_BENCH_DATA/pages-dev with at least 100 words gets four copies, by seed: edited at
another desk, cut short, with a lead of the outlet's own, and with sentences of another page put in. The truth is which
page a text comes from; a pair counts as found where the store would propose it (a key in common) and joining takes it.
Stories: the sample site's articles against its labels, by B-cubed (Bagga and Baldwin 1998).
Cost: candidates and joining for newcomers to a store of N articles (--store N; 0: left out).
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from re import split
from time import process_time

import msgspec

from processors.config import Settings
from processors.demo.content import load_articles, load_expected, load_outlets, offset
from processors.models.articles import ArchiveLocator, Article, IndexedArticle, TaggedArticle, Tags
from processors.models.runs import Run, RunState
from processors.models.stories import StoryMember
from processors.pipeline.index import index
from processors.pipeline.tag import TaggedLine
from processors.query.tree import Everything, Query
from processors.store.open import open_store
from processors.stories.join import QUIET, copy_score, join
from processors.stories.signature import keys as copy_keys
from processors.stories.signature import signature
from processors.tagging.tagger import Tagger, TextInput

SEED = 20_261_123
NOW = datetime(2026, 11, 1, tzinfo=UTC)
SEEDS = Settings(_env_file=None).seeds


class Gold(msgspec.Struct, frozen=True):
    url: str
    country: str
    body: str


class Text(msgspec.Struct, frozen=True):
    """origin: the page it was made from; kind: how."""

    origin: int
    kind: str
    text: str


def copies(bodies: Sequence[str], neighbours: Sequence[Sequence[int]], random: Random) -> Iterator[Text]:
    """The originals and their copies. neighbours: for each body others of its country, to take sentences from."""
    for number, body in enumerate(bodies):
        sentences = [part for part in split(r"(?<=[.!?。])\s+", body) if part]
        others = bodies[random.choice(neighbours[number])]
        foreign = [part for part in split(r"(?<=[.!?。])\s+", others) if part]
        yield Text(number, "original", body)
        yield Text(number, "edited", " ".join(_reworded(s, random) for s in sentences if random.random() > 0.15))
        words = body.split()
        yield Text(number, "cut", " ".join(words[: int(len(words) * random.uniform(0.35, 0.7))]))
        yield Text(number, "own lead", " ".join([*foreign[-2:], *sentences[2:]]))
        mixed = list(sentences)
        for sentence in foreign[2 : 2 + max(1, min(len(sentences), len(foreign)) // 5)]:
            mixed.insert(random.randint(0, len(mixed)), sentence)
        yield Text(number, "mixed", " ".join(mixed))


def _reworded(sentence: str, random: Random) -> str:
    """One word in twenty-five is another word of the sentence or gone, as a desk changes words."""
    words = sentence.split()
    return " ".join(random.choice(words) if random.random() < 0.02 else w for w in words if random.random() > 0.02)


def near_duplicates(data: Path, seed: int) -> None:
    gold = [msgspec.json.decode(line, type=Gold) for line in (data / "gold.jsonl").read_bytes().splitlines()]
    gold = list({page.url: page for page in gold if len(page.body.split()) >= 100}.values())  # one page is there twice
    neighbours = [
        [m for m, other in enumerate(gold) if m != n and other.country == page.country]
        or [m for m in range(len(gold)) if m != n]
        for n, page in enumerate(gold)
    ]
    texts = list(copies([page.body for page in gold], neighbours, Random(seed)))
    members = [_member(str(n), signature("", text.text)) for n, text in enumerate(texts)]
    found = missed = false = 0
    misses: dict[str, int] = defaultdict(int)
    for (one, a), (other, b) in combinations(zip(texts, members, strict=True), 2):
        taken = bool(set(a.keys) & set(b.keys)) and copy_score(a, b) > 0
        if one.origin == other.origin:
            found += taken
            missed += not taken
            misses[f"{one.kind}/{other.kind}"] += not taken
        else:
            false += taken
    print(f"copies: {len(gold)} pages, {len(texts)} texts, {found + missed} pairs that are copies")
    print(f"  precision {found / (found + false):.3f}, recall {found / (found + missed):.3f}")
    print("  missed: " + ", ".join(f"{kind} {count}" for kind, count in sorted(misses.items()) if count))


def sample_site() -> None:
    site = SEEDS / "sample_site"
    expected = load_expected(site)
    countries = {outlet.host: outlet.country for outlet in load_outlets(site)}
    tagger = Tagger.load(SEEDS)
    articles = []
    for page in load_articles(site):
        if expected[page.key].indexed:
            at = NOW + offset(page.published) if page.published else NOW
            text = "\n\n".join(page.paragraphs)
            articles.append(
                Article(page.key, page.url, page.host, page.title, text, expected[page.key].lang, NOW, page.key,
                        published_at=at, country=countries[page.host], locator=ArchiveLocator("", 0))
            )  # fmt: skip
    tags = tagger.tag_all(TextInput(a.text, a.title, a.lang, a.published_at) for a in articles)
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "tagged.jsonl"
        with lines.open("wb") as file:
            for article, tag in zip(articles, tags, strict=True):
                made = TaggedArticle(article, tag, signature(article.title, article.text))
                file.write(msgspec.json.encode(TaggedLine(made)) + b"\n")
        store = open_store(Settings(home=Path(folder), _env_file=None))
        index(store, "bench", [lines], NOW)
        hits = store.search(Query("*", Everything()), limit=1000, highlight=False).hits
        stories = {hit.article.tagged.article.id: hit.article.story_id for hit in hits}
        store.close()
    truth = {key: expected[key].story or key for key in stories}
    precision, recall = b_cubed(stories, truth)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"stories of the sample site: {len(stories)} articles, {len(set(truth.values()))} stories")
    print(f"  B-cubed precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    split_up = defaultdict(set)
    for key, story in truth.items():
        split_up[story].add(stories[key])
    print("  in parts: " + ", ".join(f"{story} {len(parts)}" for story, parts in split_up.items() if len(parts) > 1))


def b_cubed(found: Mapping[str, str], truth: Mapping[str, str]) -> tuple[float, float]:
    """(precision, recall): for each item the share of its cluster, and of its class, that both hold; their means."""
    clusters, classes = defaultdict(set), defaultdict(set)
    for item in found:
        clusters[found[item]].add(item)
        classes[truth[item]].add(item)
    both = {item: len(clusters[found[item]] & classes[truth[item]]) for item in found}
    precision = sum(both[item] / len(clusters[found[item]]) for item in found) / len(found)
    recall = sum(both[item] / len(classes[truth[item]]) for item in found) / len(found)
    return precision, recall


def cost(size: int, newcomers: int = 500) -> None:
    """CPU milliseconds an article for finding candidates and joining, in a store of so many articles over 30 days."""
    random = Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Settings(home=Path(folder), _env_file=None))
        run = store.open_run(Run("bench", RunState.OPEN, NOW))
        with store.writing(run) as writer:
            for start in range(0, size, 1000):
                made = [_generated(n, random) for n in range(start, min(size, start + 1000))]
                writer.put_articles(
                    (IndexedArticle(tagged, f"s{one.article_id}", "bench"), one) for tagged, one in made
                )
            fresh = [_generated(size + n, random)[1] for n in range(newcomers)]
            before = process_time()
            for one in fresh:
                join(one, writer.candidates(one.keys, one.timestamp - QUIET))
            spent = process_time() - before
        store.close()
    print(f"joining: {1000 * spent / newcomers:.2f} ms an article at {size:,} articles (goal: at most 2)")


def _generated(number: int, random: Random) -> tuple[TaggedArticle, StoryMember]:
    """An article of twelve topics, two hundred countries and forty busy pairs of them, within 30 days."""
    at = NOW - timedelta(minutes=random.randint(0, 30 * 24 * 60))
    topic, actor = f"topic{random.randint(1, 12)}", f"Q{min(random.randint(1, 200), random.randint(1, 200))}"
    entities = tuple({actor, *(f"Q{random.randint(1, 200)}" for _ in range(5))})
    made = signature("", " ".join(str(random.getrandbits(16)) for _ in range(120)))
    keys = (*copy_keys(made), f"e:{topic}:{actor}", *(f"t:{topic}:{entity}" for entity in entities[:4]))
    event = (topic, actor, f"Q{random.randint(1, 200)}", None)
    one = StoryMember(f"a{number}", at, "en", "x.example", made, keys, entities, (topic,), (event,))
    article = Article(f"a{number}", "", "x.example", "", "", "en", at, f"a{number}", published_at=at)
    return TaggedArticle(article, Tags("en", (), (), (), ""), made), one


def _member(name: str, made: str) -> StoryMember:
    return StoryMember(name, NOW, "", "", made, copy_keys(made))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=int, default=200_000, help="articles in the store; 0: leave the cost out")
    parser.add_argument("--seed", type=int, default=SEED, help="of the copies")
    arguments = parser.parse_args()
    data = Path(os.environ.get("VEILLE_BENCH_DATA", "../shared/data")) / "pages-dev"
    if data.is_dir():
        near_duplicates(data, arguments.seed)
    else:
        print(f"{data}: not there; set VEILLE_BENCH_DATA to measure copies")
    sample_site()
    if arguments.store:
        cost(arguments.store)


if __name__ == "__main__":
    main()
