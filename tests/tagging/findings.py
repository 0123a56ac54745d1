"""What a tagger finds in a sentence, as tests compare it."""

from processors.tagging.tagger import Tagger, TextInput


def topics_of(tagger: Tagger, text: str, lang: str) -> set[str]:
    """The ids of the topics that hold."""
    return {finding.topic.id for finding in tagger.analyse(TextInput(text, lang=lang)).findings if finding.holds}
