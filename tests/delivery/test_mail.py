"""Mails, read back from their bytes: what they say, in both parts, and what hostile articles cannot do to them."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from processors.alerting.wording import clean, link
from processors.delivery.mail import alert_mail, digest_mail
from processors.delivery.view import view
from processors.models.articles import Event, Quantity
from tests.alerting.coverage import KURSK, NOW, article, deployment
from tests.delivery.mails import DIGEST_RULE, RULE, SENDER, mail, part, raised, read


class Outline(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marked: list[str] = []
        self.text = ""
        self._in: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._in:
            del self._in[len(self._in) - 1 - self._in[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if self._in and self._in[-1] == "style":
            return
        self.text += data
        if self._in and self._in[-1] == "mark":
            self.marked.append(data)

    def links(self) -> list[str | None]:
        return [attrs.get("href") for tag, attrs in self.tags if tag == "a"]


def test_the_headers_are_those_of_an_alert() -> None:
    message = mail()
    assert message["Subject"] == "[high] Koreans abroad: North Korean sappers arrive in Kursk"
    assert message["From"] == "Veille desk <veille@news.example>"
    assert message["To"] == "desk@example.org"
    assert message["List-Id"] == "<koreans-abroad.veille.news.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOW
    assert re.fullmatch(r"<[0-9a-f]{20}@news\.example>", message["Message-ID"])
    assert message.get_content_type() == "multipart/alternative"


def test_both_parts_say_all_of_it() -> None:
    copy = article(2, title="Koreans in Kursk, Kyiv says", source="courier.example")
    message = mail([article(1), copy])
    html = Outline(part(message, "html"))
    for text in (part(message, "plain"), html.text):
        for said in (
            "Koreans abroad",
            "North Korean sappers arrive in Kursk",
            "northwire.example · 2 Mar 2026, 09:00 UTC · English",
            "Troop deployment",
            "North Korea → Russia",
            "Kursk Oblast",
            "at least 3,500",
            "claimed by Ukraine",
            "Also in this story",
            "Koreans in Kursk, Kyiv says",
            "veille search 'story:story-1'",
            "veille alerts close ",
            "as a recipient of the Veille rule “Koreans abroad”",
        ):
            assert said in text, said
    assert "soldiers have arrived in" in html.text
    assert html.links() == ["https://northwire.example/1", "https://courier.example/2"]
    assert "https://courier.example/2" in part(message, "plain")


def test_what_the_rule_asked_for_is_marked() -> None:
    message = mail()
    assert Outline(part(message, "html")).marked == ["3,500 North Korean", "Russia"]
    assert "> At least *3,500 North Korean* soldiers have arrived in *Russia*'s Kursk" in part(message, "plain")


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        (Quantity(11000, 30000), "11,000 to 30,000"),
        (Quantity(None, 8000), "up to 8,000"),
        (Quantity(300, 300), ": 300 ("),
        (None, "no figure"),
    ],
)
def test_figures_are_in_words(quantity: Quantity | None, said: str) -> None:
    assert said in part(mail([article(1, events=(deployment(quantity),))]), "plain")


def test_events_of_other_topics_and_actors_are_not_in_the_figures() -> None:
    losses = Event("military-casualties", KURSK, None, None, Quantity(77, 77), evidence="77 were hurt.")
    assert "77" not in part(mail([article(1, events=(deployment(), losses))]), "plain")


HOSTILE = '<script>alert(1)</script> & "Kursk"\r\nBcc: victim@example.org\r\n\r\n<b>\x00\u202egnirts\ud800</b>'


def test_a_hostile_article_stays_text() -> None:
    said = f"At least 3,500 {HOSTILE}"
    hostile = article(
        1,
        title=HOSTILE,
        events=(deployment(sentence=said),),
        url="javascript:alert(1)",
        source='evil.example"><img src=x onerror=alert(1)>',
    )
    message = mail([hostile])
    html = Outline(part(message, "html"))
    assert {tag for tag, _ in html.tags}.isdisjoint({"script", "img", "b", "iframe", "form", "link"})
    assert not any(name.startswith("on") for _, attrs in html.tags for name in attrs)
    assert html.links() == []
    assert '<script>alert(1)</script> & "Kursk"' in html.text
    assert message["Bcc"] is None
    assert "Bcc: victim" in message["Subject"]
    assert "\n" not in message["Subject"]
    assert [message["To"]] == ["desk@example.org"]
    assert not re.search("[\x00\u202e\ud800]", html.text + part(message, "plain") + message["Subject"])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=100).filter(str.strip))
@example("Guerre en Ukraine : l’ombre portée de Kim Jong Un, un soutien inébranlable à la Russie")
@example("На Курщину прибули північнокорейські сапери — розвідка Південної Кореї")
@example("=?utf-8?q?not_so?=")
def test_any_headline_comes_through_as_it_is(title: str) -> None:
    said = (clean(title) or "(no title)").replace("=?", "= ?")  # no encoded words but our own
    assert mail([article(1, title=title)])["Subject"] == f"[high] Koreans abroad: {said}"


def test_a_page_of_headline_does_not_fill_the_subject() -> None:
    assert len(mail([article(1, title="Kursk " * 2000)])["Subject"]) <= 160


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = part(mail(), "html")
    assert not re.search(r"(src|background|srcset)=|url\(|@import|<link", page)


def test_each_text_carries_its_language_and_direction() -> None:
    arabic = "وصل ثلاثة آلاف جندي كوري شمالي إلى كورسك."
    page = Outline(
        part(mail([article(1, title="جنود في كورسك", lang="ar", events=(deployment(sentence=arabic),))]), "html")
    )
    (quote,) = [attrs for tag, attrs in page.tags if tag == "blockquote"]
    assert (quote["dir"], quote["lang"]) == ("auto", "ar")
    assert arabic in page.text


def test_the_same_notification_gives_the_same_bytes() -> None:
    alert, notification = raised([article(1)])
    one, other = (alert_mail(notification, view(alert, RULE, [article(1)]), SENDER).as_bytes() for _ in range(2))
    assert one == other


def test_a_rule_that_is_gone_still_has_its_mail() -> None:
    alert, notification = raised([article(1)])
    message = alert_mail(notification, view(alert, None, [article(1)]), SENDER)
    assert message["Subject"] == "[high] koreans-abroad: North Korean sappers arrive in Kursk"


def test_an_alert_without_evidence_shows_its_article() -> None:
    alert, notification = raised([article(1)])
    bare = msgspec.structs.replace(alert, evidence=())
    message = alert_mail(notification, view(bare, RULE, [article(1)]), SENDER)
    assert "North Korean sappers arrive in Kursk" in part(read(message.as_bytes()), "plain")


def test_an_undated_article_says_when_it_was_seen() -> None:
    assert "undated, seen 2 Mar 2026, 11:00 UTC" in part(mail([article(1, published_at=None)]), "plain")


def test_a_digest_holds_all_alerts_the_gravest_first() -> None:
    given = [article(1)], [article(2, story="story-2", title="More Koreans", seen_at=NOW - timedelta(hours=2))]
    low, high = raised(given[0], DIGEST_RULE), raised(given[1], RULE)
    views = [view(low[0], DIGEST_RULE, given[0]), view(high[0], RULE, given[1])]
    message = read(digest_mail([low[1], high[1]], views, SENDER).as_bytes())
    assert message["Subject"] == "[digest] 2 alerts: Koreans abroad; Koreans, daily"
    assert message["List-Id"] == "<digest.veille.news.example>"
    plain = part(message, "plain")
    assert plain.startswith("2 alerts in the digest of 3 Mar 2026, 06:00 UTC")
    assert 0 < plain.index("HIGH: Koreans abroad") < plain.index("LOW: Koreans, daily")
    again = digest_mail([high[1], low[1]], views[::-1], SENDER)
    assert again["Message-ID"] == message["Message-ID"]


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://a.example/x?y=1", "https://a.example/x?y=1"),
        ("http://a.example/", "http://a.example/"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example/x", ""),
        ("https://", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_only_http_addresses_are_links(url: str, linked: str) -> None:
    assert link(url) == linked


def test_cleaned_text_keeps_the_joiners_that_spell_words() -> None:
    assert clean("می‌خواهم\t\u202ea\u0000b\u200b!\n") == "می‌خواهم a b!"
