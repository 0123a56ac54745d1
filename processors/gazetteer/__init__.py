"""The multilingual gazetteer: which names mean which Wikidata entities, found in running text."""

from processors.gazetteer.index import Gazetteer, load_gazetteer
from processors.gazetteer.records import Entity, Name, Span

__all__ = ["Entity", "Gazetteer", "Name", "Span", "load_gazetteer"]
