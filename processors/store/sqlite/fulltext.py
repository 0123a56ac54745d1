"""The text clauses of a query tree → FTS5's own expressions, each in parentheses."""

from __future__ import annotations

from collections.abc import Collection

from processors.query.tree import And, Node, Not, Or, Phrase, Prefix, Word
from processors.store import analysis

_COLUMNS = {
    ("title", False): "title", ("body", False): "body",
    ("title", True): "title_stems", ("body", True): "body_stems",
}  # fmt: skip


def text_expression(node: Node, languages: Collection[str]) -> str | None:
    """The tree as one FTS5 expression in parentheses; None where FTS5 cannot say it, or it has no words."""
    match node:
        case Word():
            return _word(node, languages)
        case Phrase() if not is_ordered(node):
            return _quoted(analysis.tokens(node.text), node.fields)
        case Prefix():
            return _quoted(analysis.tokens(node.text), node.fields, "*")
        case And(parts=parts):
            expression, rest = split_text(parts, languages)
            return f"({expression})" if expression and not rest else None
        case Or(parts=parts):
            expressions = [text_expression(part, languages) for part in parts]
            return f"({' OR '.join(filter(None, expressions))})" if expressions and all(expressions) else None
    return None


def scoring_expression(node: Node, languages: Collection[str]) -> str | None:
    """Any of the words that the tree wants: what relevance is computed from where it is more than text."""
    found: list[str] = []

    def walk(node: Node) -> None:
        match node:
            case Phrase() if is_ordered(node):
                found.append(near_expression(analysis.tokens(node.text), node))
            case Word() | Phrase() | Prefix():
                found.extend(filter(None, [text_expression(node, languages)]))
            case And(parts=parts) | Or(parts=parts):
                for part in parts:
                    walk(part)

    walk(node)
    return " OR ".join(found) or None


def split_text(parts: tuple[Node, ...], languages: Collection[str]) -> tuple[str | None, list[Node]]:
    """One full-text expression for all parts of an AND that it can say, and the other parts."""
    wanted, unwanted, rest = [], [], []
    for part in parts:
        if expression := text_expression(part, languages):
            wanted.append(expression)
        elif isinstance(part, Not) and (expression := text_expression(part.part, languages)):
            unwanted.append((part, expression))
        else:
            rest.append(part)
    if not wanted:
        return None, [*rest, *(part for part, _ in unwanted)]
    positive = " AND ".join(wanted)
    if not unwanted:
        return positive, rest
    return f"({positive}) NOT ({' OR '.join(expression for _, expression in unwanted)})", rest


def _word(node: Word, languages: Collection[str]) -> str | None:
    found = analysis.searched_words(node.text)
    if not found:
        return None
    columns = _columns(node.fields, stemmed=True)
    choices = [" ".join(analysis.token(word) for word in found)]  # as languages without a stemmer have it
    for language in sorted(set(languages) & set(analysis.STEMMED)):
        choices.append(" ".join(f"{language}:{analysis.stem(word, language)}" for word in found))
    return f"({columns} : ({' OR '.join(map(_string, choices))}))"


def _quoted(tokens: list[str], fields: tuple[str, ...], suffix: str = "") -> str | None:
    if not tokens:
        return None
    return f"({_columns(fields, stemmed=False)} : {_string(' '.join(tokens))}{suffix})"


def _columns(fields: tuple[str, ...], *, stemmed: bool) -> str:
    return "{" + " ".join(_COLUMNS[field, stemmed] for field in fields) + "}"


def _string(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def near_expression(tokens: list[str], node: Phrase) -> str:
    """All articles that have the phrase's tokens near each other in any order; FTS5 counts inner words as distance."""
    distance = node.slop + len(tokens) - 2
    return f"({_columns(node.fields, stemmed=False)} : NEAR({' '.join(map(_string, tokens))}, {distance}))"


def is_ordered(node: Node) -> bool:
    """Whether the node wants words in order with others in between, which FTS5 cannot say."""
    return isinstance(node, Phrase) and node.slop > 0 and len(analysis.tokens(node.text)) > 1
