"""The list of planes with its measures, the steepness chooser, sending; and what is shown once the roof was sent."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....ui import components as c
from ....ui.drafting import focus_kept
from ....ui.i18n import moment, number, said_with_numbers, t, t_marked, tn
from ....ui.words import chosen, classes
from .lines import STEEPNESS_NAMES, PlaneLine
from .map import MAP
from .state import DrawingState

_SLOPES = {"flat": "18.5", "gentle": "14", "normal": "9", "steep": "2"}


def _id(name: str) -> dict[str, str]:
    return {"data-testid": name}


def area(square_metres: Any) -> rx.Component:
    return rx.el.span(number(square_metres, 1), "\u00a0m²", class_name="nowrap")


def plane_name(line: Any) -> rx.Component:
    return rx.cond(line.name != "", line.name, t("Plane {number}", number=line.number))


def sheet() -> rx.Component:
    state = DrawingState
    return rx.el.section(
        rx.el.div(class_name="grab", aria_hidden="true"),
        rx.el.div(
            rx.el.div(
                rx.el.h1(t("Your roof")),
                rx.el.span(area(state.total_m2), custom_attrs=_id("total")), class_name="map-sum"),
            rx.el.div(_count(), _saved(), class_name="row between tiny muted"),
        ),
        rx.el.ul(rx.foreach(state.planes, _plane), class_name="planes", aria_label=t("Roof planes"),
                 custom_attrs=_id("planes")),
        rx.cond(state.selected != "", _selected()),
        _foot(),
        class_name="float map-sheet", aria_label=t("Your roof"), custom_attrs=_id("roof-panel"),
    )


def _count() -> rx.Component:
    """How many planes are sound and how many are not, in one line: it is also why the roof can't be sent yet."""
    state = DrawingState
    measured = tn("{n} plane measured", "{n} planes measured", state.sound)
    return rx.el.p(
        rx.cond(
            state.sound + state.faulty == 0, t("Draw the first side of your roof"),
            rx.cond(state.faulty > 0, rx.fragment(measured, ", ", tn("{n} to correct", "{n} to correct", state.faulty)),
                    measured)),
        id="why", role="status", custom_attrs=_id("count"))


def _saved() -> rx.Component:
    state = DrawingState
    return rx.el.span(rx.match(
        state.saved,
        ("saved", rx.el.span(c.icon("check", "s"), t("Saved"), class_name="row saved", custom_attrs=_id("saved"))),
        ("failed", rx.el.span(t("Not saved yet"), custom_attrs=_id("not-saved"))),
        rx.fragment()), role="status")


def _plane(line: PlaneLine) -> rx.Component:
    state = DrawingState
    is_selected = state.selected == line.id
    below = rx.cond(
        line.is_faulty, said_with_numbers(line.problem),
        rx.cond(line.steepness != "", t("{degrees}° tilt", degrees=number(line.tilt_deg)), t("How steep is it?")))
    return rx.el.li(
        rx.el.button(
            rx.el.span(class_name="swatch"),
            rx.el.span(rx.el.b(plane_name(line)), rx.el.span(below, class_name="tiny muted"), class_name="grow"),
            rx.el.span(rx.cond(line.is_faulty, "–", area(line.area_m2)), class_name="area", custom_attrs=_id("plane-area")),
            c.icon("chevron-right", "s"),
            type="button", class_name="plane", on_click=state.select(line.id),
            aria_pressed=rx.cond(is_selected, "true", "false")),
        class_name=classes(chosen(is_selected, "selected"), chosen(rx.Var.create(line.is_faulty), "faulty")),
        custom_attrs={"data-testid": "plane", "data-plane": line.id},
    )


def _selected() -> rx.Component:
    """Name and pitch of the selected plane."""
    state = DrawingState
    plane = state.selected_plane
    boxes = [
        rx.el.label(
            c.radio_input(name="steepness", value=word, class_name="vh", checked=plane.steepness == word,
                        on_change=state.set_steepness(word), custom_attrs=_id(f"steepness-{word}")),
            rx.el.svg(rx.el.path(d=f"M2 20 19 {top} 36 20z"), view_box="0 0 38 22", aria_hidden="true"),
            t_marked(STEEPNESS_NAMES[word]))
        for word, top in _SLOPES.items()
    ]
    return rx.el.div(
        rx.cond(plane.is_faulty, c.note(
            "bad", said_with_numbers(plane.problem), said_with_numbers(plane.advice), custom_attrs=_id("plane-problem"))),
        rx.el.label(
            rx.el.span(t("Name"), class_name="tiny muted"),
            rx.el.input(
                key=plane.id + plane.name, type="text", class_name="input", default_value=plane.name, max_length=60,
                placeholder=t("South, garage, dormer …"), auto_complete="off",
                on_blur=lambda name: state.rename(plane.id, name), custom_attrs=_id("plane-name")),
            class_name="plane-name"),
        rx.el.fieldset(
            rx.el.legend(t("How steep is {plane}?", plane=_name_of(plane)), class_name="vh"),
            rx.el.div(
                rx.el.b(t("How steep is {plane}?", plane=_name_of(plane)), class_name="small", aria_hidden="true"),
                rx.cond(plane.steepness != "", rx.el.b(number(plane.tilt_deg), "°", class_name="small tnum")),
                class_name="row between"),
            rx.el.div(*boxes, class_name="tilt-boxes"),
            class_name="tilts"),
        class_name="plane-form",
    )


def _name_of(plane: Any) -> rx.Var[str]:
    return rx.cond(plane.name != "", plane.name, t("Plane {number}", number=plane.number)).to(str)


def _foot() -> rx.Component:
    state = DrawingState
    cannot = (state.sound + state.faulty == 0) | (state.faulty > 0) | (state.corners > 0)
    return rx.el.div(
        rx.cond(
            state.corners > 2,
            c.button(c.icon("check"), t("Close it"), variant="soft", on_click=state.close_plane,
                     custom_attrs=_id("close-plane")),
            c.button(c.icon("plus"), t("Plane"), on_click=state.set_mode("draw"), aria_label=t("Draw another plane"),
                     custom_attrs=_id("add-plane"))),
        c.button(t("Send my roof"), variant="solid", busy=state.busy, blocked=cannot, aria_describedby="why",
                 on_click=state.send, custom_attrs=_id("send-roof")),
        class_name="map-foot",
    )


def coach() -> rx.Component:
    """The first time: three steps."""
    return rx.el.section(
        focus_kept(MAP),
        c.pill(t("About 3 minutes"), "you"),
        rx.el.h1(t("Draw your roof from above")),
        rx.el.p(t("It need not be perfect. We check every measure at the home visit."), class_name="muted small"),
        rx.el.ol(
            rx.el.li(rx.el.span(rx.el.b(t("Tap each corner")), " ", t("of one roof side"))),
            rx.el.li(rx.el.span(rx.el.b(t("Tap the first corner")), " ", t("again to close it"))),
            rx.el.li(rx.el.span(rx.el.b(t("Say how steep it is.")), " ", t("A guess will do")))),
        rx.el.div(
            c.button(t("Got it"), variant="solid", class_name="grow", on_click=DrawingState.close_guide,
                     custom_attrs=_id("got-it")),
            c.button(t("By keyboard"), variant="ghost", on_click=[DrawingState.close_guide, DrawingState.open_help]),
            class_name="row"),
        class_name="float coach", aria_label=t("How to draw"), custom_attrs=_id("guide"),
    )


def sent_panel() -> rx.Component:
    """The roof is with the company: what was sent, and what comes next."""
    state = DrawingState

    def plane(line: PlaneLine) -> rx.Component:
        edges = rx.foreach(line.edges_m, lambda edge, index: rx.fragment(rx.cond(index > 0, " · ", ""), number(edge, 1)))
        return rx.el.li(
            rx.el.div(
                rx.el.span(class_name="swatch"),
                rx.el.span(
                    rx.el.b(plane_name(line)),
                    rx.el.span(
                        rx.cond(line.steepness != "",
                                rx.fragment(t("{degrees}° tilt", degrees=number(line.tilt_deg)), ", ")),
                        t("edges"), " ", edges, " m", class_name="tiny muted"),
                    class_name="grow"),
                rx.el.span(area(line.area_m2), class_name="area", custom_attrs=_id("plane-area")),
                class_name="plane still"),
            custom_attrs={"data-testid": "plane", "data-plane": line.id})

    return rx.el.section(
        rx.el.div(class_name="grab", aria_hidden="true"),
        rx.el.div(c.pill(t("Sent"), "ok", "check"), class_name="row"),
        rx.el.div(rx.el.h1(t("We have your roof")), rx.el.span(area(state.total_m2), custom_attrs=_id("total")),
                  class_name="map-sum"),
        rx.el.p(t("Sent on {moment}. We check it and write to you.", moment=moment(state.sent_at)),
                class_name="tiny muted"),
        rx.el.ul(rx.foreach(state.planes, plane), class_name="planes", aria_label=t("Roof planes"),
                 custom_attrs=_id("planes")),
        rx.el.div(
            rx.cond(state.may_change, c.button(t("Change it"), on_click=state.change_again,
                                               custom_attrs=_id("change-roof"))),
            c.link_button(t("Back to your project"), href=rx.Var.create(f"/home?project={state.project}"), variant="solid"),
            class_name="map-foot"),
        class_name="float map-sheet", aria_label=t("Your roof"), custom_attrs=_id("roof-sent"),
    )
