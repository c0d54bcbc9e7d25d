"""The search for unreachable objects: rarely in between, fully at its own times."""

import asyncio
import gc
import weakref

import pytest

from portal_app.core import memory


@pytest.fixture
def as_before():
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


class Circle:
    def __init__(self) -> None:
        self.itself = self


def test_what_is_there_at_the_start_is_not_searched_again(as_before):
    memory.settle()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold() == memory.THRESHOLDS


def test_old_circles_are_given_back(as_before):
    memory.settle()
    gone = weakref.ref(Circle())
    assert gone() is not None  # nobody has searched yet

    async def wait() -> None:
        searching = asyncio.create_task(memory.collect_now_and_then(0))
        for _ in range(3):
            await asyncio.sleep(0)
        searching.cancel()

    asyncio.run(wait())
    assert gone() is None
