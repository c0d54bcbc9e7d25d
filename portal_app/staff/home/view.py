"""Staff home: who waits, what customers did, own projects, the board."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...flows.view_kinds import DOCUMENTATION_ACTS, Act
from ...opportunities.listing import QUIET_DAYS, OpportunityRow
from ...ui import components as c
from ...ui.frames import staff_frame
from ...ui.i18n import moment, t, tn
from ..pieces import PROJECTS, board_view, count_text, days_here, no_projects_yet, project_address
from .state import ActLine, StaffHomeState

# In the reader's own time zone. Only drawn once the figures are there, so no prerendered page can differ.
_HOUR = rx.Var("(new Date().getHours())", _var_type=int).to(int)
_ACT_ICONS = {
    Act.DRAWING_SUBMITTED.value: "pencil-ruler", Act.ACCEPT_BUDGET.value: "check", Act.DECLINE_BUDGET.value: "x",
    Act.INCIDENT_CREATED.value: "life-buoy", **{act.value: "file-text" for act in DOCUMENTATION_ACTS}}


def staff_home() -> rx.Component:
    return staff_frame(
        rx.cond(
            StaffHomeState.is_loaded,
            rx.fragment(
                _greeting(),
                rx.cond(StaffHomeState.has_failed, _failed(),
                        rx.cond(StaffHomeState.is_empty, _nobody_yet(), _content())),
            ),
            _loading(),
        ),
        area="home", on_language=StaffHomeState.load,
    )


def _new_customer(variant: Any = "solid") -> rx.Component:
    return rx.cond(StaffHomeState.can_add, c.link_button(
        c.icon("plus"), t("New customer"), href="/staff/customers/new", variant=variant,
        custom_attrs={"data-testid": "new-customer"}))


def _greeting() -> rx.Component:
    name = StaffHomeState.name
    waiting = StaffHomeState.figures.with_company.number
    return rx.el.div(
        rx.el.div(
            rx.el.h1(rx.cond(
                _HOUR < 12, t("Good morning, {name}", name=name),
                rx.cond(_HOUR < 19, t("Good afternoon, {name}", name=name), t("Good evening, {name}", name=name)))),
            rx.cond(
                StaffHomeState.is_empty,
                rx.cond(StaffHomeState.can_add, rx.el.p(t("Your company is set up. Time for the first customer."))),
                rx.cond(waiting > 0, rx.el.p(tn("{n} project waits for us.", "{n} projects wait for us.", waiting)),
                        rx.el.p(t("No project waits for us.")))),
        ),
        rx.cond(StaffHomeState.is_empty, rx.fragment(), _new_customer()),
        class_name="greet",
    )


def _figure(name: Any, count: Any, more: Any, query: str, hot: Any = "") -> rx.Component:
    return rx.el.a(
        rx.el.span(name, class_name="name"), rx.el.span(count_text(count), class_name="value"),
        rx.el.span(more, class_name="more"),
        href=f"{PROJECTS}?{query}", class_name=rx.Var.create(f"card kpi {hot}"),
        custom_attrs={"data-testid": f"figure-{query}"},
    )


def _content() -> rx.Component:
    figures = StaffHomeState.figures
    return rx.fragment(
        rx.el.div(
            _figure(t("Waiting for us"), figures.with_company, t("the longest first"), "turn=company&sort=entered",
                    rx.cond(figures.with_company.number > 0, "hot", "")),
            _figure(t("With customers"), figures.with_customers, rx.cond(
                figures.with_others.number > 0,
                tn("{n} more with grid operator or authority", "{n} more with grid operator or authority",
                   figures.with_others.number), t("their turn")), "turn=customer"),
            _figure(t("Without news"), figures.quiet, t("for more than {days} days", days=QUIET_DAYS), "quiet=1"),
            _figure(t("At the end"), figures.ended, t("completed or closed"), "turn=ended"),
            class_name="kpis",
        ),
        rx.el.div(_acts(), _own(), class_name="staff-home"),
        rx.el.section(
            c.card_head(t("Projects by stage"), c.text_link(
                StaffHomeState.board_name, c.icon("chevron-right", "s"), href=f"{PROJECTS}?view=board"), id="by-stage"),
            board_view(StaffHomeState.columns),
            aria_labelledby="by-stage", style={"margin_top": "24px"},
        ),
    )


def _acts() -> rx.Component:
    def act(row: ActLine) -> rx.Component:
        what = rx.match(
            row.act, (Act.DRAWING_SUBMITTED.value, t("sent the roof")), (Act.ACCEPT_BUDGET.value, t("ordered")),
            (Act.DECLINE_BUDGET.value, t("declined the offer")),
            *((act.value, t("sent answers and documents")) for act in DOCUMENTATION_ACTS),
            (Act.INCIDENT_CREATED.value, t("wrote to us")), (Act.PROFILE_UPDATED.value, t("changed their own data")),
            (Act.FLOW_REACTIVATION.value, t("started again")), t("did something"))
        return rx.el.article(
            rx.el.span(
                c.avatar(row.initials),
                rx.el.span(c.icon_for(rx.Var.create(row.act), _ACT_ICONS, "flag"), class_name=rx.cond(
                    row.act == Act.DECLINE_BUDGET.value, "event-kind bad", "event-kind")), class_name="event-who"),
            rx.el.div(rx.el.p(rx.el.b(row.contact_name), " ", what),
                      rx.el.p(row.number, " · ", row.address, " · ", moment(row.at), class_name="more")),
            rx.el.div(c.link_button(t("Open"), href=rx.Var.create(f"/staff/project?id={row.opportunity_id}"),
                                    variant="line", size="s", aria_label=t("Open {name}", name=row.contact_name)),
                      class_name="act"),
            class_name="event", custom_attrs={"data-testid": "act"},
        )

    return c.card(
        c.card_head(t("What customers did"), id="acts"),
        rx.cond(StaffHomeState.acts, rx.foreach(StaffHomeState.acts, act),
                rx.el.p(t("Nothing yet. Drawings, orders and refusals arrive here."), class_name="empty")),
        pad=False, class_name="inbox", aria_labelledby="acts",
    )


def _own() -> rx.Component:
    def line(row: OpportunityRow) -> rx.Component:
        return rx.el.li(
            rx.el.span(days_here(row.days), class_name="small strong"),
            rx.el.div(rx.el.a(rx.el.b(row.contact_name), href=project_address(row), class_name="plain-link"),
                      rx.el.span(row.substage_name, class_name="tiny muted")),
        )

    return c.card(
        c.card_head(t("Waiting for me"), c.text_link(t("All"), href=f"{PROJECTS}?mine=1"), id="mine"),
        rx.cond(StaffHomeState.own, rx.el.ul(rx.foreach(StaffHomeState.own, line)),
                rx.el.p(t("None of your projects waits for you."), class_name="small muted")),
        pad=False, class_name="agenda", aria_labelledby="mine",
    )


def _loading() -> rx.Component:
    return c.loading(
        t("Loading"),
        rx.el.div(c.skeleton("260px", "32px", margin="10px 0 24px")),
        rx.el.div(*(c.skeleton("100%", "106px", "18px") for _ in range(4)), class_name="kpis"),
        c.skeleton_card("380px"),
    )


def _failed() -> rx.Component:
    return c.note(
        "bad", t("The figures can't be read just now."), t("Nothing is lost. Try again in a moment."), " ",
        c.text_button(t("Try again"), on_click=StaffHomeState.load), role="alert",
    )


def _nobody_yet() -> rx.Component:
    return no_projects_yet(StaffHomeState.can_add, _new_customer())
