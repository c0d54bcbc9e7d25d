"""Python's search for unreachable objects, kept from stopping everybody at bad moments.

Each full search stops the process, the longer the more is in memory: with a thousand customers it took the better part
of a second, in the middle of their work. What is there when serving begins is never searched again, the young are
searched more rarely, and the full search has its own times.
"""

from __future__ import annotations

import asyncio
import gc

EVERY_SECONDS = 600.0
THRESHOLDS = 20_000, 20, 1_000_000


def settle() -> None:
    """Called once when everything is imported."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


async def collect_now_and_then(every_seconds: float = EVERY_SECONDS) -> None:
    """What old circles of objects hold, such as the states of tabs that are gone, is given back."""
    while True:
        await asyncio.sleep(every_seconds)
        gc.collect()
