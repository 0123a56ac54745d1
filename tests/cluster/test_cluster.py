"""Airflow on Postgres, Redis and Celery workers that share no disk; processes die, and nobody who reads notices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.cluster.cluster import cluster, new_prefix
from tests.cluster.course import GROUPS, Course, Left, played, quantile, undisturbed
from tests.dags.chain import body
from tests.dags.fixtures import needs_airflow
from tests.elasticsearch.fixtures import elasticsearch_address  # noqa: F401  (a fixture)
from tests.store.cleaning import delete_indices

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def course(elasticsearch_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:  # noqa: F811
    needs_airflow()
    store = f"{elasticsearch_address}?prefix={new_prefix()}"
    try:
        with cluster(tmp_path_factory.mktemp("cluster"), store, at_once=GROUPS[0]) as running:
            done = played(running)
            print(f"\n{done.figures()}")
            yield done
    finally:
        delete_indices(store)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Left:
    return undisturbed(tmp_path_factory.mktemp("undisturbed"))


def test_workers_died_in_the_midst_of_crawl_and_of_tag(course: Course) -> None:
    tries = {one.name: one.tries for one in course.rounds}
    assert set(tries["a quiet round"].values()) == {1}
    assert tries["a round with failures"]["crawl"] > 1
    assert tries["a round with failures"]["tag"] > 1


def test_every_article_is_there_once(course: Course, expected: Left) -> None:
    assert [url for url, number in Counter(course.left.urls).items() if number > 1] == []
    assert course.left.urls == expected.urls


def test_every_alert_was_raised_once(course: Course, expected: Left) -> None:
    assert [alert for alert, number in Counter(course.left.alerts).items() if number > 1] == []
    assert course.left.by_rule() == expected.by_rule()


def test_every_mail_came_once(course: Course) -> None:
    assert [id_ for id_, number in Counter(course.mailed).items() if number > 1] == []
    assert len(course.mailed) == len(course.sent)
    assert any("entre *11 000* et *30 000* soldats" in body(mail) for mail in course.cluster.around.post.mails)


def test_nobody_was_told_of_a_failure(course: Course) -> None:
    assert [mail["Subject"] for mail in course.cluster.around.post.mails if "failed" in str(mail["Subject"])] == []


def test_mails_came_within_three_minutes_of_a_quiet_crawl(course: Course) -> None:
    delays = [delay for one in course.rounds[:2] for delay in one.delays]
    assert quantile(delays, 95) <= 180
