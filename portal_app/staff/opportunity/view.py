"""One project: where it stands, how it came there, who it is, roof, offers and mails."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...automations.running import STEP_ENTERED, STEP_LASTED, STEP_LEFT
from ...flows.view_kinds import DOCUMENTATION_ACTS
from ...messaging.senders import REASONS
from ...messaging.service import MailRow
from ...opportunities.detail import HistoryRow, StageStep, SubstageChoice
from ...opportunities.rules import BY_HAND, CREATED, SUBSTAGE_DELETED
from ...ui import components as c
from ...ui.frames import staff_frame
from ...ui.i18n import date, moment, said, t, t_marked, tn
from ..attachments.state import AttachmentsState
from ..attachments.view import project_tabs
from ..offers.card import offers_card
from ..pieces import PROJECTS, days_here, turn_pill
from .answers import answers_card
from .cases import cases_card
from .contact import contact_card
from .roof import roof_card
from .state import HistoryDay, ProjectState
from .troubles import planned_card, troubles


def project() -> rx.Component:
    return staff_frame(
        rx.cond(
            ProjectState.is_loaded,
            rx.cond(ProjectState.has_failed, _failed(), rx.cond(ProjectState.is_missing, _missing(), _content())),
            _loading(),
        ),
        area="projects", on_language=[ProjectState.load, AttachmentsState.refresh("")],
    )


def _content() -> rx.Component:
    return rx.fragment(
        c.breadcrumb(t("Where you are"), [(t("Projects"), PROJECTS), (ProjectState.header.number, None)]),
        troubles(ProjectState.troubles, ProjectState.can_move, ProjectState.settle),
        _head(),
        project_tabs(rx.el.div(
            rx.el.div(planned_card(ProjectState.planned), *_made(), _history(), class_name="column"),
            rx.el.div(contact_card(), answers_card(ProjectState.answers), cases_card(ProjectState.cases), _mails(),
                      class_name="column"),
            class_name="columns",
        )),
        _move_dialog(),
    )


def _made() -> list[rx.Component]:
    """What has been drawn and offered."""
    return [
        offers_card(ProjectState.offers, ProjectState.wishes, ProjectState.header.id, ProjectState.can_edit_offers),
        roof_card(ProjectState.roof),
    ]


def _head() -> rx.Component:
    header = ProjectState.header
    return c.card(
        rx.el.div(
            c.avatar(ProjectState.contact_initials, large=True),
            rx.el.div(
                rx.el.h1(ProjectState.contact.name),
                rx.el.p(
                    rx.cond(header.address != "", rx.fragment(header.address, "\u00a0· "), rx.fragment()), header.flow_name,
                    rx.cond(header.owner_name != "", rx.fragment("\u00a0· ", t("adviser {name}", name=header.owner_name)),
                            rx.fragment())),
                class_name="grow",
            ),
            rx.el.div(
                rx.cond(ProjectState.can_send_link, c.button(
                    c.icon("send", "s"), t("Send access link"), on_click=ProjectState.send_link,
                    custom_attrs={"data-testid": "send-link"})),
                rx.cond(ProjectState.can_move, _move_menu()),
                class_name="acts",
            ),
            class_name="who",
        ),
        rx.el.ol(rx.foreach(ProjectState.stages, _stage), class_name="steps", aria_label=t("Stages"), tab_index=0),
        rx.el.div(
            turn_pill(header.turn),
            rx.el.span(rx.el.b(header.substage_name, class_name="strong", custom_attrs={"data-testid": "substage"}), " ",
                       rx.el.span(t("since {moment}", moment=moment(header.entered_at)), class_name="muted"),
                       class_name="grow"),
            rx.el.span(days_here(header.days), class_name="small muted nowrap"),
            class_name="ball",
        ),
        pad=False, class_name="head-card",
    )


def _stage(stage: StageStep) -> rx.Component:
    words = rx.cond(
        stage.status == "next", rx.fragment(),
        rx.cond(stage.days >= 1, rx.el.span(tn("{n} day", "{n} days", stage.days)),
                rx.cond(stage.status == "current", rx.el.span(t("new")), rx.fragment())),
    )
    return rx.el.li(
        rx.el.span(c.icon("check"), class_name="knob"), rx.el.b(stage.name), words, class_name=stage.status,
        aria_current=rx.cond(stage.status == "current", "step", rx.Var("undefined")),
    )


def _move_menu() -> rx.Component:
    """Every step of the process, under its stage."""

    def choice(entry: SubstageChoice) -> rx.Component:
        return rx.cond(
            entry.is_current,
            rx.el.span(c.icon("sun"), rx.el.span(entry.name, class_name="grow"), class_name="menu-item",
                       aria_current="true"),
            c.menu_item(entry.name, on_click=ProjectState.ask_move(entry.id), custom_attrs={"data-testid": "move-to"}),
        )

    def stage(entry: StageStep) -> rx.Component:
        return rx.fragment(rx.el.p(entry.name, class_name="eyebrow menu-head"), rx.foreach(entry.substages, choice))

    return c.menu(
        rx.fragment(t("Move on"), c.icon("chevron-down", "s")), rx.foreach(ProjectState.stages, stage),
        trigger_class="btn solid", class_name="move-menu",
    )


def _move_dialog() -> rx.Component:
    header = ProjectState.header
    return c.dialog(
        ProjectState.is_asking, ProjectState.stop_asking, t("Move this project?"),
        rx.el.form(
            rx.el.p(t("From “{before}” to “{after}”. The customer sees it at once.",
                      before=header.substage_name, after=ProjectState.target_name), class_name="muted"),
            c.field(t("Why"), c.textarea, id="note", rows=3, max_length=500, optional=t("(optional)"),
                    hint=t("Stands in the history; customers do not see it."),
                    error=said(ProjectState.field_errors["note"])),
            c.error_text(said(ProjectState.field_errors["form"])),
            c.dialog_actions(
                c.submit_button(t("Move to “{name}”", name=ProjectState.target_name), size="m",
                                custom_attrs={"data-testid": "confirm-move"}),
                c.button(t("Cancel"), variant="ghost", on_click=ProjectState.stop_asking),
            ),
            on_submit=ProjectState.move, class_name="form", style={"margin_top": "12px"},
        ),
        close_label=t("Close"), id="move",
    )


def _history() -> rx.Component:
    def row(entry: HistoryRow) -> rx.Component:
        who = rx.cond(entry.by_name != "", rx.el.b(entry.by_name), rx.el.b(t("The portal")))
        what = rx.cond(entry.is_first, t("began the project with"), t("moved the project to"))
        mark = rx.match(entry.by_kind, ("customer", "mark you"), ("staff", "mark us"), "mark")
        return rx.el.li(
            rx.el.span(rx.cond(entry.is_first, c.icon("flag"), rx.cond(
                entry.by_kind == "staff", c.icon("arrow-right"), c.icon("zap"))), class_name=mark),
            rx.el.div(
                rx.el.p(who, " ", what, " ", rx.el.b(entry.to_name)),
                rx.el.time(moment(entry.at, "time"), _because(entry.cause), date_time=rx.Var.create(entry.at).to(str)),
                rx.cond(entry.note != "", rx.el.p(entry.note, class_name="quote prose")),
            ),
            custom_attrs={"data-testid": "history-row"},
        )

    def day(entry: HistoryDay) -> rx.Component:
        return rx.fragment(rx.el.p(date(entry.day), class_name="day"),
                           rx.el.ol(rx.foreach(entry.rows, row), class_name="timeline"))

    return c.card(
        c.card_head(t("History"), id="history"),
        rx.cond(ProjectState.days, rx.el.div(rx.foreach(ProjectState.days, day)), c.empty_state(
            "history", t("Nothing has happened yet"), t("Each step of the project is listed here, newest first."))),
        aria_labelledby="history",
    )


# What led to a move: by hand, by what a step does by itself, by what starts actions.
BECAUSE: dict[str, rx.Var[str]] = {
    BY_HAND: t("by hand"),
    SUBSTAGE_DELETED: t("because its step was deleted"),
    STEP_ENTERED: t("by itself on coming to the step"),
    STEP_LEFT: t("by itself on leaving the step"),
    STEP_LASTED: t("by itself after a time in the step"),
    "drawing-submitted": t("because the roof was sent"),
    "offer-shared": t("because an offer was shared"),
    "accept-budget": t("because the offer was accepted"),
    "decline-budget": t("because the offer was declined"),
    **{act.value: t("because the answers and documents were sent") for act in DOCUMENTATION_ACTS},
    "contract-signed": t("because the contract was signed"),
    "visit-confirmed": t("because the visit was confirmed"),
    "flow-reactivation": t("because the customer starts again"),
    "incident-created": t("because the customer reported something"),
    "withdrawal": t("because the customer withdrew"),
}


def _because(cause: Any) -> Any:
    words = ((key, rx.fragment(", ", said)) for key, said in BECAUSE.items())
    return rx.match(cause, (CREATED, rx.fragment()), *words, rx.fragment(", ", cause))


def _reason(text: Any) -> Any:
    """Why a mail has not gone out, in the reader's language."""
    return rx.match(text, *((reason, t_marked(reason)) for reason in REASONS), text)


def _mails() -> rx.Component:
    def line(mail: MailRow) -> rx.Component:
        state = rx.match(
            mail.status, ("sent", c.pill(t("Delivered"), "ok")), ("failed", c.pill(t("Not delivered"), "bad")),
            ("sending", c.pill(t("On its way"), "us")), ("skipped", c.pill(t("Not sent"), "neutral")),
            c.pill(t("Waiting"), "neutral"))
        return c.list_row(
            rx.el.div(
                rx.el.b(mail.subject),
                rx.el.span(rx.cond(mail.sent_at != "", moment(mail.sent_at), moment(mail.created_at)), " · ",
                           mail.to_address, class_name="tiny muted block"),
                rx.cond(mail.last_error != "", rx.el.span(
                    _reason(mail.last_error), class_name=rx.cond(mail.status == "skipped", "small muted", "errtext"))),
                rx.cond(mail.can_retry, c.text_button(t("Send again"), on_click=ProjectState.send_again(mail.id))),
                class_name="grow",
            ),
            state, custom_attrs={"data-testid": "mail-row"},
        )

    return rx.cond(ProjectState.can_see_mail, c.card(
        c.card_head(t("E-mails"), id="mails"),
        rx.cond(ProjectState.mails, rx.foreach(ProjectState.mails, line),
                rx.el.p(t("No mail has been sent yet."), class_name="small muted")),
        aria_labelledby="mails",
    ))


def _loading() -> rx.Component:
    return c.loading(
        t("Loading"), c.skeleton("140px", "20px", margin="12px 0"), c.skeleton_card("230px"),
        rx.el.div(c.skeleton_card("420px"), c.skeleton_card("420px"), class_name="columns",
                  style={"margin_top": "20px"}),
    )


def _missing() -> rx.Component:
    return c.empty_state(
        "search-x", t("There is no such project here"),
        t("It may have been removed, or it belongs to somebody else. Ask your administrator if you need it."),
        c.link_button(t("To the projects"), href=PROJECTS, variant="solid"), heading="h1",
    )


def _failed() -> rx.Component:
    return c.note(
        "bad", t("The project can't be read just now."), t("Nothing is lost. Try again in a moment."), " ",
        c.text_button(t("Try again"), on_click=ProjectState.load), role="alert",
    )
