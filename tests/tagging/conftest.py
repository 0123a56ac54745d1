from pathlib import Path

import pytest

from processors.tagging.tagger import Tagger

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return Tagger.load(SEEDS)
