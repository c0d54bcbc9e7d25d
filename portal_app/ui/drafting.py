"""Drafts that live on the server while somebody writes: fields that never lose a letter, and a guard at the door.

    draft_input(value, revision, on_text, **props)     draft_textarea(…)
        `value` is shown anew only when `revision` changes (after loading, saving, discarding), so an answer that comes
        late never takes back what was typed meanwhile; `on_text` comes after a pause and when the field is left
    draft_keeper(kept, mark, about, on_restore)        keeps the draft in this browser tab as well: when the server has
        forgotten it (`mark` is another one), `on_restore` gets what was `kept` for the same `about`
    leave_guard(active, asking=False, on_blocked=None) asks before the page is left, in the browser's words; or `on_blocked`
        opens a dialog of the page, `asking` says that it is open, and once nothing is `active` the wanted page opens
    form_guard()                                       the same within a plain form, from the first entry until it is sent
    ask_for(wanted, shown, on_ask)                     tells `on_ask` what is wanted while the server shows something else
    show_when_changed(value, sought)                   brings the element it stands in into sight; `value` on a phone only
    stand_where_told()                                 the reader stands where the address says (its #…), once that is there
    read_next(first)                                   as soon as the element it stands in is there, it is read next
    focus_kept(back="")                                when that element goes with the button that was pressed in it, the
        reader goes on where they were before, or at the element `back`
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

from .beside import beside
from .words import Flag, Text

_LIBRARY = beside(__name__, __file__, "drafting.jsx").importable_path


class _DraftField(BaseHTML):
    library = _LIBRARY
    tag = "DraftField"

    value: rx.Var[str]
    revision: rx.Var[int]
    multiline: rx.Var[bool]
    name: rx.Var[str]
    placeholder: rx.Var[str]
    rows: rx.Var[str]
    max_length: rx.Var[int]
    read_only: rx.Var[bool]
    auto_complete: rx.Var[str]
    type: rx.Var[str]
    min: rx.Var[str]
    max: rx.Var[str]
    step: rx.Var[str]

    on_text: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class _LeaveGuard(rx.Component):
    library = _LIBRARY
    tag = "LeaveGuard"

    active: rx.Var[bool]
    asking: rx.Var[bool]

    on_blocked: rx.EventHandler[rx.event.no_args_event_spec]


class _FormGuard(rx.Component):
    library = _LIBRARY
    tag = "FormGuard"


class _ShowWhenChanged(rx.Component):
    library = _LIBRARY
    tag = "ShowWhenChanged"

    value: rx.Var[str]
    sought: rx.Var[int]


class _ReadNext(rx.Component):
    library = _LIBRARY
    tag = "ReadNext"

    first: rx.Var[str]


class _StandWhereTold(rx.Component):
    library = _LIBRARY
    tag = "StandWhereTold"


class _FocusKept(rx.Component):
    library = _LIBRARY
    tag = "FocusKept"

    back: rx.Var[str]


class _AskFor(rx.Component):
    library = _LIBRARY
    tag = "AskFor"

    wanted: rx.Var[str]
    shown: rx.Var[str]

    on_ask: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class _DraftKeeper(rx.Component):
    library = _LIBRARY
    tag = "DraftKeeper"

    kept: rx.Var[dict[str, Any]]
    mark: rx.Var[str]
    about: rx.Var[str]

    on_restore: rx.EventHandler[rx.event.passthrough_event_spec(dict)]


def draft_input(value: Any, revision: Any, on_text: Any, **props: Any) -> rx.Component:
    return _DraftField.create(value=value, revision=revision, on_text=on_text, **props)


def draft_textarea(value: Any, revision: Any, on_text: Any, **props: Any) -> rx.Component:
    return _DraftField.create(value=value, revision=revision, on_text=on_text, multiline=True, **props)


def show_when_changed(value: Text, sought: Any) -> rx.Component:
    return _ShowWhenChanged.create(value=value, sought=sought)


def read_next(first: str) -> rx.Component:
    return _ReadNext.create(first=first)


def stand_where_told() -> rx.Component:
    return _StandWhereTold.create()


def focus_kept(back: Text = "") -> rx.Component:
    return _FocusKept.create(back=back)


def ask_for(wanted: Text, shown: Text, on_ask: Any) -> rx.Component:
    return _AskFor.create(wanted=wanted, shown=shown, on_ask=on_ask)


def draft_keeper(kept: Any, mark: Any, about: Any, on_restore: Any) -> rx.Component:
    return _DraftKeeper.create(kept=kept, mark=mark, about=about, on_restore=on_restore)


def form_guard() -> rx.Component:
    return _FormGuard.create()


def leave_guard(active: Flag, asking: Flag = False, on_blocked: Any = None) -> rx.Component:
    question = {"on_blocked": on_blocked} if on_blocked is not None else {}
    return _LeaveGuard.create(active=active, asking=asking, **question)
