"""index: the single writer. Drops duplicates, joins articles to stories, writes a run in one commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

import msgspec

from processors.archive.places import Place
from processors.feeds.polls import read_polls
from processors.feeds.schedule import next_state
from processors.models.articles import IndexedArticle, TaggedArticle
from processors.models.feeds import EntryPoll, FeedPoll, FeedState
from processors.models.runs import Disposition, QuarantineItem, Run, RunState
from processors.models.stories import Story, StoryMember
from processors.pipeline.measure import StageLine, Stopwatch, dispositions, lags_of_coverage, say
from processors.pipeline.tag import Rejected, TaggedLine, read_lines
from processors.pipeline.workspace import Progress, quiet
from processors.store.interface import Known, RunWriter, Store
from processors.stories.join import QUIET, join, member
from processors.urls import digest

BATCH = 100  # articles that the store is asked about at once

Item = TaggedArticle | Rejected


def index(
    store: Store,
    run_id: str,
    tagged: Sequence[Place],
    now: datetime,
    *,
    polls: Place | None = None,
    alerting: bool = True,
    progress: Progress = quiet,
) -> Run:
    """The run, committed. A run that was committed before is left as it is.

    now: the time of this run; articles are taken in the order of their timestamps, so that the stories do not depend
    on the order in which pages happened to arrive.
    """
    run = store.open_run(Run(run_id, RunState.OPEN, now, alerting=alerting))
    if run.state is not RunState.OPEN:
        return run
    watch = Stopwatch()
    order = sorted(_scan(tagged))
    seen: list[tuple[datetime | None, datetime]] = []
    counts: Counter[str] = Counter()
    languages: set[str] = set()
    with store.writing(run) as writer:
        for done, (item, disposition) in enumerate(_written(writer, run, _in_order(tagged, order)), start=1):
            counts[disposition] += 1
            if isinstance(item, TaggedArticle) and disposition in (Disposition.INDEXED, Disposition.REVISION):
                languages.add(item.article.lang)
                seen.append((item.article.published_at, item.article.seen_at))
            progress("index", done, len(order))
        if polls is not None:
            writer.put_polls(*_states(store, polls))
        committed = msgspec.structs.replace(
            run,
            state=RunState.COMMITTED,
            committed_at=now,
            languages=tuple(sorted(languages)),
            counts={d.value: counts[d] for d in Disposition},
        )
        writer.commit(committed)
    lags = lags_of_coverage(seen, now + timedelta(seconds=watch.seconds))
    say(StageLine("index", watch.seconds, run_id, dispositions(committed), lags))
    return committed


def dispose(known: Known | None, content_hash: str) -> Disposition:
    """What becomes of an article whose id is known so to the store."""
    if known is None:
        return Disposition.INDEXED
    if known.removed:
        return Disposition.FILTERED
    return Disposition.DUPLICATE if known.content_hash == content_hash else Disposition.REVISION


def _written(writer: RunWriter, run: Run, items: Iterator[Item]) -> Iterator[tuple[Item, Disposition]]:
    """What became of each. The store is asked once for a batch what it knows; articles of a batch know each other."""
    while batch := list(islice(items, BATCH)):
        articles = [item for item in batch if isinstance(item, TaggedArticle)]
        known = writer.known([item.article.id for item in articles])
        newcomers = [member(item) for item in articles if item.article.id not in known]
        writer.expect([_asked(one) for one in newcomers], [_new_story(one.article_id) for one in newcomers])
        for item in batch:
            if isinstance(item, Rejected):
                yield item, _put_away(writer, run, item)
            else:
                yield item, _write(writer, run, item, known)


def _put_away(writer: RunWriter, run: Run, item: Rejected) -> Disposition:
    payload = msgspec.json.encode(item.locator).decode()
    id_ = digest("extract", item.where)
    writer.put_quarantine([QuarantineItem(id_, "extract", item.where, item.reason, run.opened_at, run.id, payload)])
    return Disposition.QUARANTINED


def _write(writer: RunWriter, run: Run, item: TaggedArticle, known: dict[str, Known]) -> Disposition:
    """Notes in `known` what it wrote."""
    article = item.article
    before = known.get(article.id)
    disposition = dispose(before, article.content_hash)
    if disposition is Disposition.REVISION and before is not None:
        indexed = IndexedArticle(item, before.story_id, run.id, before.revision + 1)
        writer.put_articles([(indexed, member(item))])
    elif disposition is Disposition.INDEXED:
        newcomer = member(item)
        story = _story_for(writer, newcomer, article.title)
        indexed = IndexedArticle(item, story.id, run.id)
        writer.put_articles([(indexed, newcomer)])
        writer.put_stories([story])
    else:
        return disposition
    known[article.id] = Known(article.content_hash, indexed.story_id, indexed.revision)
    return disposition


def _asked(newcomer: StoryMember) -> tuple[tuple[str, ...], datetime]:
    return newcomer.keys, newcomer.timestamp - QUIET


def _new_story(article_id: str) -> str:
    return digest("story", article_id)


def _story_for(writer: RunWriter, newcomer: StoryMember, title: str) -> Story:
    """The story the newcomer belongs to, grown by it; stories that it shows to be one are merged into the oldest."""
    joined = join(newcomer, writer.candidates(*_asked(newcomer)))
    stories = [story for story_id in joined.story_ids if (story := writer.story(story_id)) is not None]
    if not stories:
        at = newcomer.timestamp
        return Story(_new_story(newcomer.article_id), title, at, at, 1)
    oldest = min(stories, key=lambda story: (story.first_at, story.id))
    others = [story for story in stories if story.id != oldest.id]
    writer.put_stories([msgspec.structs.replace(story, merged_into=oldest.id) for story in others])
    return msgspec.structs.replace(
        oldest,
        first_at=min(newcomer.timestamp, *(story.first_at for story in stories), oldest.first_at),
        last_at=max(newcomer.timestamp, *(story.last_at for story in stories), oldest.last_at),
        size=sum(story.size for story in stories) + 1,
    )


def _scan(tagged: Sequence[Place]) -> Iterator[tuple[str, str, int, int]]:
    """(timestamp, id, file number, offset) of each line: small enough to sort in memory."""
    for number, path in enumerate(tagged):
        for offset, line in read_lines(path):
            if line.article is not None:
                article = line.article.article
                yield article.timestamp.isoformat(), article.id, number, offset
            elif line.rejected is not None:
                yield "", line.rejected.where, number, offset


def _in_order(
    tagged: Sequence[Place], order: Iterable[tuple[str, str, int, int]]
) -> Iterator[TaggedArticle | Rejected]:
    decoder = msgspec.json.Decoder(TaggedLine)
    files = [path.open("rb") for path in tagged]
    try:
        for _, _, number, offset in order:
            files[number].seek(offset)
            line = decoder.decode(files[number].readline())
            item = line.article or line.rejected
            if item is not None:
                yield item
    finally:
        for file in files:
            file.close()


def _states(store: Store, path: Place) -> tuple[list[FeedPoll], list[FeedState]]:
    """The polls of a crawl, and the feed states that follow from them."""
    feeds = {feed.url: feed for feed in store.feeds()}
    before = store.feed_states()
    polls: dict[str, FeedPoll] = {}
    entries: dict[str, list[EntryPoll]] = {}
    for poll in read_polls(path):
        if isinstance(poll, FeedPoll):
            polls[poll.feed_url] = poll
        else:
            entries.setdefault(poll.feed_url, []).append(poll)
    urls = [url for url in dict.fromkeys([*polls, *entries]) if url in feeds]
    states = [next_state(feeds[url], before.get(url), polls.get(url), entries.get(url, [])) for url in urls]
    return [polls[url] for url in urls if url in polls], states
