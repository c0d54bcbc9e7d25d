"""The checker's panel in the flow editor: what it found, each line leading to the place where it is mended."""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel

from ....access.actors import Permission
from ....core.database import run_read
from ....core.forms import parse_id
from ....rehearsal.checker import Part, Severity
from ....rehearsal.service import CheckReport, check_flow
from ....ui import components as c
from ....ui.handlers import handler
from ....ui.i18n import Said, said, say_values, t, tn
from ....ui.shell_state import PortalState
from ..actions.pieces import place_of_actions
from .state import FlowEditorState

SEE = Permission.SEE_FLOWS
SOURCES = "/staff/settings/actions"


class FoundLine(BaseModel):
    said: Said
    stops: bool
    part: str
    act: str


class FoundGroup(BaseModel):
    """A place of the flow with what was found there; an empty id is the flow as a whole."""

    place: str
    id: str
    name: str
    lines: list[FoundLine]


class CheckState(PortalState, rx.State):
    is_open: bool = False
    groups: list[FoundGroup] = []
    stops: int = 0
    looks: int = 0
    checked_flow: str = ""

    @handler(SEE)
    async def check(self):
        """Checks the flow as it is saved."""
        self.busy = True
        yield
        async with self._showing_errors():
            flow_id = parse_id(self._query("flow"))
            self._show(await run_read(check_flow, self._actor, flow_id))
            self.checked_flow, self.is_open = flow_id, True

    def _show(self, report: CheckReport) -> None:
        self.stops, self.looks = report.stops, report.looks
        self.groups = [
            FoundGroup(place=place.place, id=place.id, name=place.name, lines=[
                FoundLine(said=say_values(row.text, row.values), stops=row.severity == Severity.STOPS, part=row.part,
                          act=row.act)
                for row in place.rows])
            for place in report.places]

    @handler(SEE)
    def close(self):
        self.is_open = False


S: Any = CheckState
F: Any = FlowEditorState


def check_button() -> rx.Component:
    return c.button(c.icon("list-checks", "s"), t("Check"), size="s", on_click=S.check, busy=S.busy,
                    custom_attrs={"data-testid": "check-flow"})


def check_panel() -> rx.Component:
    """What was found, in the order of the flow. It says how the flow is saved, so an unsaved draft is named."""
    return rx.cond(S.is_open & (S.checked_flow == F.flow_id), c.card(
        rx.el.div(
            rx.el.div(rx.el.h2(t("Check"), id="check"), _summary(), class_name="row wrap grow"),
            c.button(c.icon("rotate-cw", "s"), rx.el.span(t("Check again"), class_name="wide-only"), size="s",
                     on_click=S.check, busy=S.busy, aria_label=t("Check again")),
            c.icon_button("x", t("Close the check"), on_click=S.close),
            class_name="row",
        ),
        rx.cond(F.change_count > 0, rx.el.p(t("What is not saved yet is not looked at."), class_name="small muted")),
        rx.cond(
            S.groups.length() > 0,
            rx.el.ul(rx.foreach(S.groups, _group), class_name="found"),
            c.note("ok", t("Nothing found."), t("Every step can be reached and left, and is written in every language."))),
        class_name="stack check-panel", aria_labelledby="check", custom_attrs={"data-testid": "check-panel"},
    ))


def _summary() -> rx.Component:
    return rx.el.span(
        rx.cond(S.stops > 0, c.pill(tn("{n} stops customers", "{n} stop customers", S.stops), "bad")), " ",
        rx.cond(S.looks > 0, c.pill(tn("{n} to look at", "{n} to look at", S.looks), "you")),
        role="status",
    )


def _group(group: Any) -> rx.Component:
    title = rx.cond(group.id == "", t("The whole process"), group.name)
    return rx.el.li(rx.el.h3(title), rx.el.ul(rx.foreach(group.lines, lambda line: _line(group, line))))


def _line(group: Any, line: Any) -> rx.Component:
    mark = rx.cond(line.stops, rx.el.span(c.icon("alert-circle", "s"), rx.el.span(t("Stops customers: "), class_name="vh"),
                                          class_name="stops"),
                   rx.el.span(c.icon("info", "s"), class_name="looks"))
    words = rx.el.span(said(line.said))
    there = rx.el.button(
        mark, words, c.icon("chevron-right", "s"), type="button", class_name="found-line",
        on_click=[F.select(group.place, group.id), F.show_tab(line.part), F.bring_into_sight],
        custom_attrs={"data-testid": "finding"})
    return rx.el.li(rx.cond(
        line.part == Part.SOURCES.value,
        rx.el.a(mark, words, c.icon("chevron-right", "s"), class_name="found-line",
                href=rx.Var.create(f"{SOURCES}#{place_of_actions(line.act, F.flow_id)}"),
                custom_attrs={"data-testid": "finding"}),
        rx.cond(group.id == "", rx.el.span(mark, words, class_name="found-line", custom_attrs={"data-testid": "finding"}),
                there)))
