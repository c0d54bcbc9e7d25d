"""The time. Services ask here; rules get it as an argument."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_fixed: ContextVar[datetime | None] = ContextVar("fixed_time", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def fixed(at: datetime) -> Iterator[None]:
    """For tests and the demonstration: everything inside happens at this moment."""
    token = _fixed.set(at)
    try:
        yield
    finally:
        _fixed.reset(token)
