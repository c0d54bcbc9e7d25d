"""The rehearsal in the flow editor: staff walk the flow as a made-up customer; nothing is sent and nothing is kept."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....access.actors import Permission
from ....core.database import run_taken_back
from ....core.forms import parse, parse_id
from ....flows.view_kinds import Act
from ....messaging.variables import USE_TITLES
from ....rehearsal.walk import COLLEAGUE_MOVES, TIME_PASSES, Choices, Passage, Place, walk_flow
from ....ui import components as c
from ....ui.handlers import handler
from ....ui.i18n import t, t_marked, tn
from ....ui.shell_state import PortalState
from .state import FlowEditorState
from .words import ball_title, view_icon, view_title

SEE = Permission.SEE_FLOWS
NOWHERE = Place(substage_id="", stage="", name="")


class WalkState(PortalState, rx.State):
    is_open: bool = False
    passages: list[Passage] = []
    place: Place = NOWHERE
    can_go_back: bool = False
    walked_flow: str = ""
    _done: tuple[str, ...] = ()

    @handler(SEE)
    async def begin(self):
        """From the beginning, as the flow is saved now."""
        self.busy = True
        yield
        await self._walk(())

    @handler(SEE)
    async def go(self, choice: str):
        """What the made-up customer does next, or that time passes."""
        self.busy = True
        yield
        await self._walk((*self._done, str(choice)))

    @handler(SEE)
    async def go_back(self):
        self.busy = True
        yield
        await self._walk(self._done[:-1])

    async def _walk(self, done: tuple[str, ...]) -> None:
        async with self._showing_errors():
            flow_id = parse_id(self._query("flow"))
            walk = await run_taken_back(walk_flow, self._actor, flow_id, parse(Choices, {"done": list(done)}))
            self._done, self.walked_flow, self.is_open = done, flow_id, True
            self.passages, self.place, self.can_go_back = walk.passages, walk.place, bool(done)

    @handler(SEE)
    def close(self):
        self.is_open = False


S: Any = WalkState
F: Any = FlowEditorState


def walk_button() -> rx.Component:
    return c.button(c.icon("route", "s"), t("Walk through"), size="s", on_click=S.begin, busy=S.busy,
                    custom_attrs={"data-testid": "walk-flow"})


def walk_panel() -> rx.Component:
    return rx.cond(S.is_open & (S.walked_flow == F.flow_id), c.card(
        rx.el.div(
            rx.el.h2(t("Rehearsal"), id="walk"), rx.el.span(class_name="grow"),
            c.button(c.icon("undo", "s"), t("One step back"), size="s", on_click=S.go_back, disabled=~S.can_go_back),
            c.button(c.icon("rotate-cw", "s"), t("From the beginning"), size="s", on_click=S.begin),
            c.icon_button("x", t("Close the rehearsal"), on_click=S.close),
            class_name="row wrap",
        ),
        rx.el.p(t("You walk as a made-up customer. Nothing is sent, and nothing is kept."), class_name="small muted"),
        rx.cond(F.change_count > 0, rx.el.p(t("What is not saved yet is not looked at."), class_name="small muted")),
        rx.el.div(_place(), _story(), class_name="walk"),
        class_name="stack check-panel", aria_labelledby="walk", custom_attrs={"data-testid": "walk-panel"},
    ))


def _place() -> rx.Component:
    """Where the customer stands, what they read there, and what they can do."""
    place = S.place
    return rx.el.section(
        rx.el.p(place.stage, class_name="eyebrow"),
        rx.el.h3(place.name, custom_attrs={"data-testid": "walk-place"}),
        rx.cond(place.description != "", rx.el.p(place.description, class_name="prose small")),
        rx.el.p(view_icon(place.view_kind, "s"), " ", view_title(place.view_kind), " · ", ball_title(place.ball),
                class_name="small muted row"),
        rx.cond(place.asked.length() > 0, rx.el.ul(rx.foreach(place.asked, _asked), class_name="walk-asked")),
        rx.cond(place.conditions.length() > 0, rx.el.ul(rx.foreach(
            place.conditions, lambda title: rx.el.li(c.icon("shield-check", "s"), title)), class_name="walk-asked")),
        rx.el.div(
            rx.foreach(place.acts, lambda act: c.button(
                c.icon("arrow-right", "s"), _act_title(act), variant="solid", size="s", on_click=S.go(act), busy=S.busy,
                custom_attrs={"data-testid": "walk-act"})),
            rx.cond(place.hours_to_wait >= 0, c.button(
                c.icon("hourglass", "s"), t("Let time pass"), size="s", on_click=S.go(TIME_PASSES), busy=S.busy,
                custom_attrs={"data-testid": "walk-time"})),
            rx.cond(place.next_name != "", c.button(
                c.icon("users", "s"), t("A colleague moves it to “{name}”", name=place.next_name), size="s",
                on_click=S.go(COLLEAGUE_MOVES), busy=S.busy, custom_attrs={"data-testid": "walk-colleague"})),
            class_name="row wrap"),
        rx.cond(place.has_ended, c.note("ok", t("The process ends here."))),
        class_name="stack", aria_live="polite",
    )


def _asked(thing: Any) -> rx.Component:
    mode = rx.cond(thing.is_read_only, t("read only"), rx.cond(thing.is_required, t("required"), t("optional")))
    return rx.el.li(c.icon("list-checks", "s"), rx.el.span(thing.name, " ", rx.el.span("(", mode, ")", class_name="muted")))


def _act_title(act: Any) -> rx.Var[str]:
    return rx.match(act, *((each.value, t_marked(USE_TITLES[each.value])) for each in Act), act).to(str)  # pyright: ignore[reportAttributeAccessIssue, reportArgumentType]


def _story() -> rx.Component:
    return rx.el.section(
        rx.el.h3(t("What happened")),
        rx.el.ol(rx.foreach(S.passages, _passage), class_name="walk-story"),
        class_name="stack",
    )


def _passage(passage: Any) -> rx.Component:
    title = rx.match(passage.choice, ("", t("A customer and a project are created")), (TIME_PASSES, t("Time passes")),
                     (COLLEAGUE_MOVES, t("A colleague moves the project")),
                     _act_title(passage.choice))
    return rx.el.li(
        rx.el.b(title),
        rx.cond(passage.happened.length() > 0, rx.el.ul(rx.foreach(passage.happened, _happened)),
                rx.el.p(t("Nothing happens."), class_name="small muted")),
        custom_attrs={"data-testid": "walk-passage"},
    )


def _happened(event: Any) -> rx.Component:
    words = rx.match(
        event.kind,
        ("move", t("Now at “{name}”", name=event.name)), ("mail", t("E-mail “{name}” goes out", name=event.name)),
        ("notice", t("Colleagues are told")), ("webhook", t("“{name}” is called", name=event.name)),
        ("field", t("An answer is set")), ("trouble", t("An action could not be done")),
        tn("Something will happen by itself in {n} hour", "Something will happen by itself in {n} hours", event.hours))
    mark = c.icon_for(event.kind, {"move": "arrow-right", "mail": "mail", "notice": "bell", "webhook": "link",
                                   "field": "list-checks", "trouble": "alert-circle"}, "hourglass", "s")
    return rx.el.li(mark, rx.el.span(words))
