"""What the store of limits, which workers share, is told of a person."""

import pytest
from redis import Redis

from portal_app.config import settings
from portal_app.core import limits
from portal_app.core.errors import TooManyRequests
from tests.redis_server import RedisServer


def test_the_store_counts_an_address_without_seeing_it(redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "redis_url", redis_server.url)
    monkeypatch.setattr(limits, "_limiter", limits._limiter.__wrapped__)  # not the one that this process keeps
    limits.demand("1/minute", "login-code", "192.0.2.7")
    limits.demand("1/minute", "login-code", "192.0.2.8")
    with pytest.raises(TooManyRequests):
        limits.demand("1/minute", "login-code", "192.0.2.7")
    with Redis.from_url(redis_server.url) as store:
        keys = list(store.scan_iter())
    assert len(keys) == 2
    assert not any(b"192.0.2" in key for key in keys)
