from __future__ import annotations

from pathlib import Path

import pytest

from processors.gazetteer import Gazetteer

SEEDS = Path(__file__).parents[2] / "seeds" / "gazetteer"


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer.load(SEEDS)
