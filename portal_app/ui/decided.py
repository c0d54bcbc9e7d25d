"""Controls whose state the server decides (`checked=` or `value=` with `on_change=`) and that show a choice at once.

React puts such a control back until the server has answered: on a slow connection it flickers, and seems not to work.
A notice is an answer too: a choice that was refused changes nothing else on the page.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.forms import CheckboxInput, Input, Select

from .beside import beside
from .shell_state import ShellState

_LIBRARY = beside(__name__, __file__, "decided.jsx").importable_path


class DecidedCheckbox(CheckboxInput):
    library = _LIBRARY
    tag = "DecidedInput"

    told: rx.Var[Any]


class DecidedRadio(Input):
    library = _LIBRARY
    tag = "DecidedInput"

    told: rx.Var[Any]


class DecidedSelect(Select):
    library = _LIBRARY
    tag = "DecidedSelect"

    told: rx.Var[Any]


def _make(decided: type[rx.Component], plain: Any, word: str, *children: rx.Component, **props: Any) -> rx.Component:
    if word in props and "on_change" in props:
        return decided.create(*children, told=ShellState.notices, **props)
    return plain(*children, **props)


def check_input(**props: Any) -> rx.Component:
    """A bare checkbox."""
    return _make(DecidedCheckbox, rx.el.input, "checked", type="checkbox", **props)


def radio_input(**props: Any) -> rx.Component:
    """A bare radio button."""
    return _make(DecidedRadio, rx.el.input, "checked", type="radio", **props)


def select_input(*options: rx.Component, **props: Any) -> rx.Component:
    """A bare list to choose from."""
    return _make(DecidedSelect, rx.el.select, "value", *options, **props)
