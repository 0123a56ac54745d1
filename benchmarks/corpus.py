"""A generated corpus of news pages: sentences, names and numbers vary, so that every page is a story of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from random import Random

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_ONSETS = "b d f g k l m n p r s t v z ch br tr gr st"
_RIMES = "a e i o u an en or il ur"
_SYLLABLES = [a + b for a in _ONSETS.split() for b in _RIMES.split()]

_WORDS = {
    "fr": {
        "place": "Mali Tchad Roumanie Ukraine Estonie Liban Niger Koursk Gaza Soudan Taïwan Pologne",
        "who": "soldats casques-bleus marins parachutistes réservistes gendarmes",
        "day": "lundi mardi mercredi jeudi vendredi samedi",
        "good": "blé sucre ciment coton charbon cuivre",
    },
    "en": {
        "place": "Mali Chad Romania Ukraine Estonia Lebanon Niger Kursk Gaza Sudan Taiwan Poland",
        "who": "soldiers peacekeepers sailors paratroopers reservists engineers",
        "day": "Monday Tuesday Wednesday Thursday Friday Saturday",
        "good": "wheat sugar cement cotton coal copper",
    },
}
_PATTERNS = {
    "fr": (
        "{name}, qui dirige {org}, a déclaré {day} que {n} {who} seraient envoyés vers {place} avant la fin du mois.",
        "Le ministère a annoncé {day} l'arrivée de {n} {who} près de {town}, dans le cadre d'un accord avec {place}.",
        "Selon {org}, au moins {n} personnes ont quitté {town} depuis {day}, un chiffre que {name} conteste.",
        "Les prix du {good} ont augmenté de {n} pour cent à {town}, où {name} tient un commerce depuis {m} ans.",
        "« Nous ne pouvons plus attendre », a dit {name}, élue de {town}, devant {n} habitants réunis {day}.",
        "La route entre {town} et {town2} reste coupée après les pluies de {day} ; {org} prévoit {m} jours de travaux.",
        "Le tribunal de {town} a condamné {name} à {m} mois de prison pour avoir détourné {n} euros de {org}.",
        "{place} et ses voisins ont repris {day} des pourparlers que {name} juge difficiles mais nécessaires.",
        "Un rapport de {org} compte {n} incidents en {m} semaines autour de {town}, surtout la nuit.",
        "L'équipe de {town} a battu celle de {town2} par {m} à zéro devant {n} spectateurs venus malgré le froid.",
    ),
    "en": (
        "{name}, who heads {org}, said on {day} that {n} {who} would be sent to {place} before the end of the month.",
        "The ministry announced on {day} the arrival of {n} {who} near {town}, under an agreement with {place}.",
        "According to {org}, at least {n} people have left {town} since {day}, a figure that {name} disputes.",
        "The price of {good} rose by {n} per cent in {town}, where {name} has kept a shop for {m} years.",
        '"We cannot wait any longer," {name}, who represents {town}, told {n} residents gathered on {day}.',
        "The road between {town} and {town2} stays closed after the rain of {day}; {org} expects {m} days of work.",
        "The court in {town} sentenced {name} to {m} months in prison for taking {n} dollars from {org}.",
        "{place} and its neighbours resumed talks on {day} that {name} called difficult but necessary.",
        "A report by {org} counts {n} incidents in {m} weeks around {town}, most of them at night.",
        "{town} beat {town2} by {m} to nil in front of {n} spectators who came in spite of the cold.",
    ),
}


def pages(count: int, seed: int = 1, sentences: int = 24) -> Iterator[tuple[str, bytes]]:
    """(url, HTML) of `count` pages of about 20 words a sentence, half French, half English; the same for a seed."""
    random = Random(seed)
    for number in range(count):
        lang = ("fr", "en")[number % 2]
        body = [_sentence(random, lang) for _ in range(sentences)]
        yield f"http://outlet{number % 50}.example/{seed}/{number}", _html(lang, number, _sentence(random, lang), body)


def write_warc(path: Path, made: Iterator[tuple[str, bytes]]) -> None:
    """The pages as WARC responses, as a foreign crawler would leave them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, (url, body) in enumerate(made):
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            date = (EPOCH + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
            record = writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), http_headers=head, warc_headers_dict={"WARC-Date": date}
            )
            writer.write_record(record)


def _name(random: Random) -> str:
    return " ".join("".join(random.choice(_SYLLABLES) for _ in range(random.randint(2, 3))).title() for _ in range(2))


def _sentence(random: Random, lang: str) -> str:
    return random.choice(_PATTERNS[lang]).format(
        name=_name(random),
        org=f"{_name(random).split()[0]} {random.choice(('Agency', 'Institute', 'Union', 'Council'))}",
        n=random.randint(2, 9999),
        m=random.randint(2, 60),
        town=_name(random).split()[0],
        town2=_name(random).split()[0],
        **{slot: random.choice(words.split()) for slot, words in _WORDS[lang].items()},
    )


def _html(lang: str, number: int, title: str, body: list[str]) -> bytes:
    published = (EPOCH + timedelta(minutes=number)).isoformat()
    paragraphs = "".join(f"<p>{escape(' '.join(body[i : i + 4]))}</p>" for i in range(0, len(body), 4))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta property="article:published_time" content="{published}"></head><body><nav><a href="/">Home</a></nav>'
        f"<main><article><h1>{escape(title)}</h1>{paragraphs}</article></main><footer>Contact</footer></body></html>"
    ).encode()
