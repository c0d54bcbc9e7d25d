"""`@handler("permission")`: what a browser may call, and what it takes to call it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import reflex as rx

from ..access.actors import KNOWN_PERMISSIONS, Actor

current_actor: ContextVar[Actor | None] = ContextVar("current_actor", default=None)


def handler(permission: str, **options: Any) -> Callable[[Callable], Any]:
    """Marks a method of a state as open to whoever has `permission`; the gate refuses every other call."""
    if permission not in KNOWN_PERMISSIONS:
        raise ValueError(f"unknown permission {permission!r}")

    def mark(function: Callable) -> Any:
        function.__permission__ = str(permission)  # pyright: ignore[reportFunctionMemberAccess]
        return rx.event(function, **options)  # pyright: ignore[reportCallIssue, reportArgumentType]

    return mark
