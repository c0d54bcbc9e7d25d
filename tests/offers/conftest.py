"""Everything about offers happens at one fixed moment unless a test says otherwise."""

from collections.abc import Iterator

import pytest

from portal_app.core import clock
from tests.offers.made import NOW


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list:
    """What was published, in order."""
    from portal_app.core import events

    heard: list = []
    monkeypatch.setitem(events._listeners, events.DomainEvent, [lambda _session, event: heard.append(event)])
    return heard
