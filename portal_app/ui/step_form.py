"""A form that is a draft on the server while somebody fills it in.

    step_form(*children, about, shape, opened, saved, mark, failures, on_draft, on_send=None, label=None)
        `about` names what is filled in, `shape` how it is drawn; with another one the form is made anew. `opened` is
        another one each time the page is opened: the caller makes the controls anew with it, for they hold what they were
        made with, and what was not confirmed is written into them again.
        Around each control stands a `[data-field]` with its
        `[data-kind]` (see `fields`), terms are `input[data-accept]`. `on_draft` gets {about, number, language, left,
        values, accepted} after a pause, on leaving a field (`left` names it) and again until `saved` holds the number.
        `mark` names the server's memory: with another one, the ticked boxes are told again. When `failures` grows, the
        element `[data-summary]` takes the focus. `on_send` gets the same with every value.
    draft_status()                                     whether the last entry is saved, anywhere inside the form

It is loaded when the step asks for something, or with the page where `soon(LIBRARY)` says so.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from .beside import beside
from .i18n import t
from .icons import icon

LIBRARY = beside(__name__, __file__, "step_form.jsx").importable_path


class _StepForm(rx.NoSSRComponent):
    library = LIBRARY
    tag = "StepForm"

    about: rx.Var[str]
    shape: rx.Var[str]
    opened: rx.Var[str]
    saved: rx.Var[int]
    mark: rx.Var[str]
    failures: rx.Var[int]
    label: rx.Var[str]

    on_draft: rx.EventHandler[rx.event.passthrough_event_spec(dict)]
    on_send: rx.EventHandler[rx.event.passthrough_event_spec(dict)]


class _DraftStatus(rx.NoSSRComponent):
    library = LIBRARY
    tag = "DraftStatus"

    saving: rx.Var[str]
    saved: rx.Var[str]
    waiting: rx.Var[str]
    saved_sign: rx.Var[rx.Component]
    waiting_sign: rx.Var[rx.Component]


def step_form(*children: rx.Component, **props: Any) -> rx.Component:
    return _StepForm.create(*children, **props)


def draft_status() -> rx.Component:
    return _DraftStatus.create(
        saving=t("Saving…"), saved=t("Your entries are saved"),
        waiting=t("No connection. Your entries stay on this device and are sent as soon as it is back."),
        saved_sign=icon("circle-check", "s"), waiting_sign=icon("cloud-off", "s"))
