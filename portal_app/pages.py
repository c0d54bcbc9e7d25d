"""Every page of the portal: its address, what it shows, its title, and the handler that fills it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from .ui.i18n import t


@dataclass(frozen=True, slots=True)
class Page:
    route: str
    view: Callable[[], rx.Component]
    title: rx.Var[str]
    on_load: Any = None


def pages() -> list[Page]:
    """Imported late, so that a page's state classes exist once, when the application is put together."""
    from .portal.home.state import HomeState
    from .portal.home.view import home
    from .portal.missing.view import missing

    return [
        Page("home", home, t("Your project"), HomeState.load),
        Page("404", missing, t("This page does not exist")),
    ]
