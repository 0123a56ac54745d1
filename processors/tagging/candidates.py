"""What could fill a slot of a movement, each candidate with what speaks for it; one is the rules' own choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct

from processors.models.articles import Party, Quantity
from processors.tagging.actors import PARTIES, TROOPS, beside, subject_score
from processors.tagging.borders import border, is_across
from processors.tagging.judgement import Finding
from processors.tagging.reading import Name, Sentence, Text
from processors.tagging.relations import ACTS, actor_id, is_dateline, party, preposition, trigger
from processors.tagging.towns import towns_in, towns_named

_BEFORE, _AFTER = 3, 2  # sentences around the finding's whose names are candidates
_FAR_BEFORE, _FAR_AFTER, _SHORT = 7, 6, 10  # the farther ones, in texts of so many: all of it is on one matter
_BORDER_BACK = 2  # sentences before in which the country beyond a border may be named
_STEPS = (1, 3, 6, 12)  # words: up to them a name is as near as the next
MARKED = "marked"
_LIKELY, _CLEARLY, _SURE = 0.0, 2.0, 6.0  # log odds
_KINDS = {"territory": "country", "facility": "city", "sea": "region"}

Features = dict[str, float]


class Goal(Struct, frozen=True):
    """Where a movement goes: a country or area, and the most precise place in it."""

    target: Party | None
    place: Party | None


class Candidate(Struct, frozen=True):
    """What could fill a slot; value None: nothing does. name: the mention, if in the finding's sentence."""

    value: Party | Quantity | Goal | None
    features: Features
    name: Name | None = None


def actors(finding: Finding, text: Text, chosen: Party | None, target: Party | None) -> list[Candidate]:
    """Whose forces may move. chosen, target: what the rules say."""
    sentence = finding.sentence
    act = trigger(finding, ACTS) or finding.hits[0]
    shares = _shares(text)
    found: dict[str, Candidate] = {}
    for where, near in around(text, sentence.at):
        countries = {name.country for name in near.names if name.country}
        for name in (*near.names, *towns_named(near)):  # a town may tell whose garrison marches off
            id_ = actor_id(name) if name.id and (name.country or name.type in PARTIES) else ""
            if not id_:
                continue
            features = _standing(where, near, name)
            features |= said_by_rules(chosen.id if chosen else "", id_, f"{where} {_kind(name)}")
            by = max((beside(name, hit, near) for hit in near.hits(*TROOPS)), default=0.0) / 5
            features |= {"beside troops": by, f"{where} beside troops": by, "share": shares.get(id_, 0.0)}
            features |= {f"{where} alone": 1.0} if len(countries) == 1 else {}
            features |= {"is the target": 1.0} if target and target.id == name.country else {}
            if where == "here":
                features |= {"subject": subject_score(name, act, near) / 3, **_to_act(near, name, act.span, finding)}
            features |= marked(near, name.span, "actor", where)
            _add(found, id_, Candidate(party(id_, text), features, name if where == "here" else None))
    if chosen and chosen.id not in found:  # a body that names no country
        found[chosen.id] = Candidate(chosen, {"rules: this": 1.0, "not named": 1.0})
    here = any(candidate.name for candidate in found.values())
    return with_none(found.values(), by_none(chosen is not None, here))


def goals(finding: Finding, text: Text, actor: Party | None, chosen: Goal) -> list[Candidate]:
    """Where they may go. chosen: what the rules say."""
    sentence = finding.sentence
    act = trigger(finding, ACTS) or finding.hits[0]
    own = actor.id if actor else ""
    shares = _shares(text)
    found: dict[str, Candidate] = {}
    by_rules = chosen.target or chosen.place
    if by_rules:
        features = {"rules: this": 1.0, **({"rules: border": 1.0} if not by_rules.id and chosen.target else {})}
        found[_key(chosen)] = Candidate(chosen, features)
    if beyond := border(sentence, own, text):
        goal = Goal(beyond, None)
        told = {"border": 1.0, **({} if own else {"border, no actor": 1.0})}
        _add(found, _key(goal), Candidate(goal, told))
        for near in text.sentences[max(0, sentence.at - _BORDER_BACK) : sentence.at + 2]:
            for name in near.names:  # what the country is taken for, the border is
                if name.country != own and is_across(near, name):
                    _add(found, _key(goal), Candidate(goal, marked(near, name.span, "target", "here")))
    for where, near in around(text, sentence.at):
        towns = towns_in(near)
        loose = [name for name in towns_named(near) if name not in towns] if "far" not in where else []
        names = [name for name in (*map(text.seated, near.names), *towns, *loose) if name.id and name.is_place]
        abroad = {name.country for name in names if name.country not in ("", own)}
        for name in names:
            goal = _goal(name, text)
            country = name.country or name.id
            if country == own and (name.id == own or name.kind == "metonym") and preposition(near, name) != "to":
                continue  # the sender itself
            features = _standing(where, near, name) | {"share": shares.get(country, 0.0)}
            features |= said_by_rules(_key(chosen) if by_rules else "", _key(goal), f"{where} {_kind(name)}")
            features |= {"rules: same country": 1.0} if chosen.target and chosen.target.id == country else {}
            side = "abroad" if country != own else "at home"
            features |= {f"{side} {where}": 1.0, f"{side} {_kind(name)}": 1.0} if own else {"no actor": 1.0}
            features |= {"only one abroad": 1.0, f"only one abroad {where}": 1.0} if abroad == {country} else {}
            if _kind(name) != "wide area" and any(_kind(other) == "wide area" for other in names):
                features["within a wide area"] = 1.0
            features |= {"tells a border": 1.0} if is_across(near, name) else {}
            features |= {"town not led to": 1.0, f"town not led to {where}": 1.0} if name in loose else {}
            if where == "here":
                features |= _to_act(near, name, act.span, finding)
            features |= marked(near, name.span, "target", where)
            _add(found, _key(goal), Candidate(goal, features))
    here = any(name.is_place for name in sentence.names)
    return with_none(found.values(), by_none(by_rules is not None, here))


def around(text: Text, at: int) -> Iterator[tuple[str, Sentence]]:
    """The sentence, those before it and those after it, each with where it stands."""
    yield "here", text.sentences[at]
    short = len(text.sentences) <= _SHORT
    for back in range(1, min(at, _FAR_BEFORE if short else _BEFORE) + 1):
        yield "before" if back <= _BEFORE else "far before", text.sentences[at - back]
    for on in range(1, min(len(text.sentences) - 1 - at, _FAR_AFTER if short else _AFTER) + 1):
        yield "after" if on <= _AFTER else "far after", text.sentences[at + on]


def _add(found: dict[str, Candidate], key: str, candidate: Candidate) -> None:
    """Mentions of one party are one candidate: of each feature the strongest. One of the finding's own sentence counts
    alone: what a party does elsewhere in a long article says little.
    """
    known = found.get(key)
    if known is None:
        found[key] = candidate
        return
    if "here" in known.features and "here" not in candidate.features and "marked here" not in candidate.features:
        return
    higher = {name: max(by, known.features.get(name, by)) for name, by in candidate.features.items()}
    found[key] = Candidate(known.value, {**known.features, **higher}, known.name or candidate.name)


def _goal(name: Name, text: Text) -> Goal:
    """A place as a goal: its country, and itself where it is more precise."""
    country = name.country or name.id
    if name.lead and not name.country:  # a town that several countries have
        return Goal(None, party(name.id, text))
    return Goal(party(country, text), None if name.id == country else party(name.id, text))


def _key(goal: Goal) -> str:
    return "/".join(f"{each.id}:{each.label}" if each else "" for each in (goal.target, goal.place))


def _shares(text: Text) -> dict[str, float]:
    """By party, its share of the text's names."""
    named = Counter(id_ for name in text.names if name.id and (id_ := actor_id(name)))
    total = sum(named.values()) or 1
    return {id_: count / total for id_, count in named.items()}


def _kind(name: Name) -> str:
    kind = _KINDS.get(name.type, name.type)
    if kind == "region" and not name.country:
        kind = "wide area"  # the Sahel, Africa: several countries
    return f"{kind} ({name.kind})" if name.kind in ("demonym", "metonym") else kind


def _standing(where: str, near: Sentence, name: Name) -> Features:
    """Where a name stands, what leads to it, and what its sentence is about."""
    kind, lead = _kind(name), preposition(near, name) or "nothing"
    features = {where: 1.0, f"{where} {kind}": 1.0, f"{where} after {lead}": 1.0, f"{kind} after {lead}": 1.0}
    if near.at == 0 and where != "here":
        features["in the headline"] = 1.0
    if is_dateline(near, name):
        features["dateline"] = 1.0
    if where != "here":
        features |= {f"{where} with troops": 1.0} if near.hits("troops", "unit", "force") else {}
        features |= {f"{where} with an act": 1.0} if near.hits(*ACTS) else {}
    if near.text.suffixing:
        features[f"cased after {lead}"] = 1.0
    return features


def _to_act(near: Sentence, name: Name, act: tuple[int, int], finding: Finding) -> Features:
    """How a name of the finding's sentence stands to the act."""
    side = "before" if name.end <= act[0] else "after"
    features = {
        f"{side} act": 1.0,
        f"{side} act, {step(near.measure.distance(act, name.span))}": 1.0,
        f"{side} act, {_kind(name)}": 1.0,
        f"{side} act, {preposition(near, name) or 'nothing'}": 1.0,
    }
    return features | ({"inside": 1.0} if finding.span[0] <= name.start <= finding.span[1] else {})


def said_by_rules(chosen: str, own: str, what: str) -> Features:
    """What the rules say: this one, another, or none."""
    if not chosen:
        return {"rules: none": 1.0, f"rules: none, {what}": 1.0}
    return {"rules: this": 1.0, f"rules: this, {what}": 1.0} if chosen == own else {"rules: another": 1.0}


def marked(near: Sentence, span: tuple[int, int], role: str, where: str) -> Features:
    """What the encoder takes a span for, if it read the sentence: its log odds, and two steps of them."""
    by = near.text.meaning.mark(near.at, span, role)
    if by is None:
        return {}
    found = {MARKED: max(-_SURE, min(_SURE, by)) / _SURE}
    found |= {f"marked {where}": found[MARKED]}
    found |= {"marked, likely": 1.0, f"marked {where}, likely": 1.0} if by > _LIKELY else {}
    return found | ({"marked, clearly": 1.0, f"marked {where}, clearly": 1.0} if by > _CLEARLY else {})


def with_none(found: Iterable[Candidate], none: Features) -> list[Candidate]:
    """The candidates and, last, that none of them is right: the less so, the better one of them is marked."""
    candidates = list(found)
    best = max((each.features[MARKED] for each in candidates if MARKED in each.features), default=None)
    told = {} if best is None else {"none, best marked": best, **({"none, one likely": 1.0} if best > 0 else {})}
    return [*candidates, Candidate(None, {**none, **told})]


def by_none(chosen: bool, here: bool) -> Features:
    """What speaks for leaving the slot empty."""
    return {"none": 1.0, f"none, rules {'choose' if chosen else 'do not'}": 1.0, f"none, {here}": 1.0}


def step(words: int) -> str:
    return next((f"{step} words" for step in _STEPS if words <= step), "far")
