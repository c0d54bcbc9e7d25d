"""What a customer can reach. Navigation, dashboard, permission and queries read this one registry.

The company switches a module on or off and decides whether it shows what belongs to the contact or to the whole
account; what it has not decided is as the registry says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..core.texts import msg

Scope = Literal["contact", "account"]


@dataclass(frozen=True, slots=True)
class Module:
    key: str
    room: str
    page: str
    title: str
    icon: str
    in_navigation: bool
    on_dashboard: bool
    scope: Scope
    is_on: bool = True
    can_be_off: bool = False  # what steps of a process and the rights of customers need stays
    can_be_scoped: bool = False
    about: str = ""  # the second line of its tile


MODULES: dict[str, Module] = {
    module.key: module
    for module in (
        Module("projects", "opportunities", "/home", msg("Home"), "home", True, False, "account",
               can_be_scoped=True),
        Module("roofs", "roofs", "/drawing", msg("Your roof"), "house", False, True, "account",
               about=msg("Seen from above")),
        Module("offers", "offers", "/offers", msg("Offers"), "sun", False, True, "account",
               about=msg("Compare and choose")),
        Module("cases", "support", "/cases", msg("Help"), "life-buoy", True, True, "account",
               can_be_off=True, can_be_scoped=True, about=msg("Ask or report")),
        Module("documents", "documents", "/documents", msg("Documents"), "file-text", True, True, "account",
               can_be_off=True, can_be_scoped=True, about=msg("Yours and ours")),
        Module("account", "customers", "/account", msg("Account"), "circle-user", True, False, "contact",
               can_be_scoped=True),
    )
}


def is_on(settings: Mapping[str, Mapping[str, Any]], key: str) -> bool:
    return bool(settings.get(key, {}).get("on", MODULES[key].is_on))


def scope_of(settings: Mapping[str, Mapping[str, Any]], key: str) -> Scope:
    scope = settings.get(key, {}).get("scope", MODULES[key].scope)
    return "account" if scope == "account" else "contact"  # whatever is not known shows less
