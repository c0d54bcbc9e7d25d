"""The process as the arc of a day, and as a list that says the same in words.

    sun_arc(stages, label, memory="")      phone and desktop drawing; CSS shows the one that fits
    sun_arc_small(stages, label)           without labels, for the preview in the flow editor
    step_tag(name, place)                  the line under the phone's arc: "Your offer" … "Step 3 of 7"
    way_list(*items)                       the whole way; items are `way_step`s or one foreach of them
    way_step(name, text, status, done_label, *meta)   meta: pills and small words
    stage_steps(label, *items)             the staff's row of stages; items are `stage_step(name, text, status)`

`stages` is a list (or Var of one) of objects with `name`, `status` (done, current, next) and `caption` ("Now", "3 Nov",
"in about 3 weeks"). 3 to 9 stages look best; fewer stand wide apart, of more only the near ones are named.
`label` is what a screen reader hears: "Step 3 of 7: Your offer". With `memory` (the opportunity's id) the sun travels
from where this browser tab saw it last.
"""

from typing import Any

import reflex as rx

from .beside import beside
from .icons import icon
from .surfaces import status_class
from .words import Content, Text, classes, is_given


class _SunArc(rx.Component):
    library = beside(__name__, __file__, "sun_arc.jsx").importable_path
    tag = "SunArc"

    stages: rx.Var[Any]
    label: rx.Var[str]
    variant: rx.Var[str]
    memory: rx.Var[str]


def sun_arc(stages: Any, label: Text, memory: Text = "") -> rx.Component:
    return rx.fragment(
        _SunArc.create(stages=stages, label=label, variant="phone", memory=memory),
        _SunArc.create(stages=stages, label=label, variant="desktop", memory=memory),
    )


def sun_arc_small(stages: Any, label: Text) -> rx.Component:
    return _SunArc.create(stages=stages, label=label, variant="small")


def step_tag(name: Text, place: Text) -> rx.Component:
    return rx.el.div(rx.el.b(name), rx.el.span(place, class_name="muted nowrap"), class_name="step-tag")


def way_list(*items: rx.Component) -> rx.Component:
    return rx.el.ol(*items, class_name="way")


def way_step(name: Text, text: Text | None, status: Text, done_label: Text, *meta: Content) -> rx.Component:
    """One stage of the way. `done_label` ("done") is read aloud after the name of a finished one."""
    told = (
        rx.cond(status == "done", rx.el.span(" ", done_label, class_name="vh"))
        if isinstance(status, rx.Var)
        else (rx.el.span(" ", done_label, class_name="vh") if status == "done" else rx.fragment())
    )
    return rx.el.li(
        rx.el.div(rx.el.span(icon("check", class_name="i-done")), class_name="way-knob"),
        rx.el.div(
            rx.el.h3(name, told),
            *([rx.el.p(text)] if is_given(text) else []),
            *([rx.el.div(*meta, class_name="meta")] if meta else []),
        ),
        class_name=classes(status_class(status)),
        **_present(status),
    )


def stage_steps(label: Text, *items: rx.Component) -> rx.Component:
    """The stages in one row, for staff. It scrolls sideways on a phone, so it can be reached by keyboard."""
    return rx.el.ol(*items, class_name="steps", aria_label=label, tab_index=0)


def stage_step(name: Text, text: Text, status: Text) -> rx.Component:
    return rx.el.li(
        rx.el.span(icon("check"), class_name="knob"),
        rx.el.b(name),
        rx.el.span(text),
        class_name=classes(status_class(status)),
        **_present(status),
    )


def _present(status: Text) -> dict[str, Any]:
    if isinstance(status, rx.Var):
        return {"aria_current": rx.cond(status == "current", "step", rx.Var("undefined"))}
    return {"aria_current": "step"} if status == "current" else {}
