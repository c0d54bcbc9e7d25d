"""How often something may happen, counted across all workers when Redis is set."""

from __future__ import annotations

import hmac
from functools import cache

from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from ..config import settings
from .errors import TooManyRequests


@cache
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(storage_from_string(settings.redis_url or "memory://"))


@cache
def _item(rule: str) -> RateLimitItem:
    return parse(rule)


def _key(subject: str) -> str:
    """Addresses are personal data: the store only sees their keyed hash."""
    return hmac.digest(settings.secret.encode(), subject.encode(), "sha256").hex()[:32]


def is_allowed(rule: str, kind: str, subject: str) -> bool:
    """Counts one more; False when `rule` (such as "5/minute") is exceeded for `subject`."""
    return _limiter().hit(_item(rule), kind, _key(subject))


def demand(rule: str, kind: str, subject: str) -> None:
    if not is_allowed(rule, kind, subject):
        raise TooManyRequests


def forget_all() -> None:
    """For tests: as after a restart."""
    _limiter().storage.reset()


