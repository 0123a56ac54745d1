"""How long a request is tried again, and the one line by which the operator hears of it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

LONGEST = 180.0  # seconds from the first failure on: a server that is restarted comes back in less
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 20.0  # seconds; doubled at each try


def pause(tries: int, elapsed: float, jitter: float) -> float | None:
    """Seconds to wait after so many failed tries, the first of which was elapsed seconds ago; None: give up.

    jitter: 0 to 1, so that many writers do not come back at the same moment. The last pause ends at LONGEST.
    """
    if elapsed >= LONGEST:
        return None
    wanted = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(tries - 1, 16))
    return float(min(wanted * (0.5 + jitter / 2), LONGEST - elapsed))


class Patience:
    """One stretch of failures of one server: told when it is over, and not before."""

    def __init__(
        self,
        server: str,
        say: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """server: as the line names it. clock: seconds, which never go back."""
        self._server, self._say, self._sleep, self._clock = server, say, sleep, clock
        self._began = 0.0
        self._tries = 0
        self._trouble = ""

    @property
    def troubled(self) -> bool:
        """Whether any try failed, ever."""
        return bool(self._trouble)

    def wait(self, trouble: str, asked_at: float) -> bool:
        """After a try that failed: waits. False: it has lasted too long.

        trouble: what the server did, such as "did not answer". asked_at: when the try began.
        """
        if not self._tries:
            self._began = asked_at
        self._tries += 1
        self._trouble = trouble
        seconds = pause(self._tries, self.lasted, random.random())
        if seconds is None:
            return False
        self._sleep(seconds)
        return True

    def over(self) -> None:
        """After a try that succeeded."""
        if self._tries:
            self._say(f"{self._server} {self._trouble} for {self.lasted:.0f} s; went on")
            self._tries = 0

    @property
    def lasted(self) -> float:
        """Seconds since the first failed try began."""
        return self._clock() - self._began
