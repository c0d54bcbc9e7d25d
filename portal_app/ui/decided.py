"""Controls whose state the server decides (`checked=` or `value=` with `on_change=`) and that show a choice at once.

React puts such a control back until the server has answered: on a slow connection it flickers, and seems not to work.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.forms import CheckboxInput, Input, Select

from .beside import beside

_LIBRARY = beside(__name__, __file__, "decided.jsx").importable_path


class DecidedCheckbox(CheckboxInput):
    library = _LIBRARY
    tag = "DecidedInput"


class DecidedRadio(Input):
    library = _LIBRARY
    tag = "DecidedInput"


class DecidedSelect(Select):
    library = _LIBRARY
    tag = "DecidedSelect"


def check_input(**props: Any) -> rx.Component:
    """A bare checkbox."""
    make = DecidedCheckbox.create if "checked" in props and "on_change" in props else rx.el.input
    return make(type="checkbox", **props)


def radio_input(**props: Any) -> rx.Component:
    """A bare radio button."""
    make = DecidedRadio.create if "checked" in props and "on_change" in props else rx.el.input
    return make(type="radio", **props)


def select_input(*options: rx.Component, **props: Any) -> rx.Component:
    """A bare list to choose from."""
    make = DecidedSelect.create if "value" in props and "on_change" in props else rx.el.select
    return make(*options, **props)
