"""Small words that all pieces of the design system share: types of their arguments and class names."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

# What a caller may give as text: a plain string, a Var of state, or what `t()` returns.
Text = str | rx.Var[str]
Flag = bool | rx.Var[bool]
Content = rx.Component | str | rx.Var
Event = Any


def classes(*names: str | rx.Var[str]) -> str | rx.Var[str]:
    """One class attribute from names, of which some may be known only in the browser."""
    given = [name for name in names if isinstance(name, rx.Var) or name]
    if not any(isinstance(name, rx.Var) for name in given):
        return " ".join(str(name) for name in given)
    return rx.Var.create(" ".join(f"{name}" for name in given))


def chosen(flag: Flag, name: str, otherwise: str = "") -> str | rx.Var[str]:
    """A class name that depends on a flag."""
    if isinstance(flag, rx.Var):
        return rx.cond(flag, name, otherwise)
    return name if flag else otherwise


def yes_no(flag: Flag) -> str | rx.Var[str]:
    """A flag as ARIA writes it: "true" or "false"."""
    if isinstance(flag, rx.Var):
        return rx.cond(flag, "true", "false")
    return "true" if flag else "false"


def is_given(text: object) -> bool:
    """Whether a text argument was given at all; a Var counts, as its value is known only in the browser."""
    return isinstance(text, rx.Var) or bool(text)


def picked(value: Any, names: Mapping[str, Any], default: Any) -> Any:
    """The entry of `names` for a plain value or a Var."""
    if isinstance(value, rx.Var):
        return rx.match(value, *names.items(), default)
    return names.get(value, default)
