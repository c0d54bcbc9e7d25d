"""Playwright's `expect`, asked ten times a second: by itself it looks after 0.1, 0.35, 0.85, 1.85 … seconds, and most of
what a journey waits for comes between. It is patient: a first page on a busy machine takes long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect as expect_of_playwright

EAGER_MS, PAUSE_MS, PATIENCE_MS = 3_000, 100, 20_000


def expect(actual: Any, message: str | None = None) -> Any:
    return _Expectation(expect_of_playwright(actual, message))


class _Expectation:
    def __init__(self, assertions: Any) -> None:
        self._assertions = assertions

    def __getattr__(self, name: str) -> Callable[..., None]:
        look = getattr(self._assertions, name)

        def wait(*args: Any, timeout: float = PATIENCE_MS, **options: Any) -> None:
            began = time.monotonic()
            while (passed_ms := (time.monotonic() - began) * 1000) < min(EAGER_MS, timeout - PAUSE_MS):
                try:
                    return look(*args, timeout=PAUSE_MS, **options)
                except AssertionError:
                    continue
            return look(*args, timeout=max(timeout - passed_ms, 1), **options)

        return wait
