"""What `veille run` loads before it begins to work; a process that has it forks in no time.

Kills come after the loading: what a process does then is what any other does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from processors.cli.context import gazetteer
from processors.cli.main import main
from processors.config import Settings
from processors.pipeline.tag import tag_batch
from processors.tagging.names import load_models

_SEEDS = Settings(_env_file=None).seeds  # the folder that the commands will name
gazetteer(_SEEDS)
tag_batch(_SEEDS, [])
load_models(["en"])


def veille_run(variables: dict[str, str], log: Path) -> None:
    """`veille run` as a process group of its own."""
    os.setsid()
    with log.open("ab") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    os.environ.update(variables)
    sys.argv = ["veille", "run"]
    main()
