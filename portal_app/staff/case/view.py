"""One case: the talk with the customer and among us, and at the side who, when and what next."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...support import rules
from ...support.files import MOST_FILES
from ...support.rules import CaseState
from ...ui import components as c
from ...ui.cases import SHEET, case_pill, state_title, talk
from ...ui.drafting import draft_textarea
from ...ui.frames import staff_frame
from ...ui.i18n import moment, said, t
from ..cases.state import QUEUE
from ..cases.view import due_text
from .state import StaffCaseState

S: Any = StaffCaseState


def case() -> rx.Component:
    return staff_frame(
        rx.el.link(rel="stylesheet", href=SHEET),
        rx.cond(
            S.is_loaded,
            rx.cond(S.has_failed, _failed(), rx.cond(S.is_missing, _missing(), _content())),
            c.loading(t("Loading"), c.skeleton("200px", "20px", margin="12px 0"), c.skeleton_card("420px")),
        ),
        area="cases", on_language=S.refresh,
    )


def _content() -> rx.Component:
    shown = S.case
    return rx.fragment(
        c.breadcrumb(t("Where you are"), [(t("Cases"), QUEUE), (shown.number, None)]),
        rx.el.div(rx.el.h1(shown.title, class_name="grow"), case_pill(shown.state), class_name="title-row"),
        rx.el.div(
            rx.el.div(
                c.card(
                    rx.cond(shown.has_earlier, rx.el.p(t("Only the latest messages are shown."), class_name="small muted")),
                    talk(S.messages, for_staff=True),
                ),
                rx.cond(shown.may_handle, rx.cond(shown.state == CaseState.CLOSED.value, _closed(), _composer())),
                class_name="column",
            ),
            rx.el.div(_side(), _customer(), class_name="column"),
            class_name="case-one sides",
        ),
    )


def _input(**props: Any) -> rx.Component:
    return draft_textarea(S.text, S.revision, S.write, name="text", class_name="input", rows="5",
                          max_length=rules.LONGEST_TEXT, **props)


def _composer() -> rx.Component:
    kinds = [("answer", t("Answer to the customer")), ("note", t("Internal note"))]
    after = rx.el.div(
        rx.el.label(t("What comes next"), html_for="next-state", class_name="label"),
        c.select_input(
            rx.cond(S.case.state == CaseState.OPEN.value, rx.fragment(),
                    rx.el.option(t("It stays: {state}", state=state_title(S.case.state)), value=S.case.state)),
            rx.foreach(S.steps, lambda step: rx.el.option(state_title(step), value=step)),
            id="next-state", name="next-state", value=S.next_state, on_change=S.choose_next, class_name="input",
            custom_attrs={"data-testid": "next-state"}),
        class_name="field",
    )
    return c.card(
        rx.el.form(
            c.segmented(t("What you write"), "kind", kinds, rx.cond(S.is_note, "note", "answer"), S.choose_kind),
            rx.cond(
                S.is_note,
                c.field(t("Internal note"), _input, id="text", error=said(S.field_errors["text"]),
                        hint=t("Only colleagues read it.")),
                c.field(t("Answer to the customer"), _input, id="text", error=said(S.field_errors["text"]),
                        hint=t("The customer reads it in the portal and gets a mail."))),
            rx.cond(S.is_note, rx.fragment(), after),
            rx.el.p(rx.cond(S.is_kept, t("Kept as a draft."), ""), class_name="tiny muted", role="status"),
            rx.el.div(c.submit_button(
                rx.cond(S.is_note, t("Keep the note"), t("Send answer")), size="m", busy=S.busy,
                custom_attrs={"data-testid": "send-answer"})),
            on_submit=S.answer, class_name="form", no_validate=True,
        ),
        rx.el.div(
            rx.el.span(t("Files for the customer"), class_name="label", id="files-label"),
            c.upload("case", None, S.files_changed, ref=S.case.id, labelledby="files-label", most_files=MOST_FILES,
                     has_camera=False),
            rx.el.p(t("The customer sees them at once."), class_name="hint"),
            class_name="field", style={"margin_top": "20px"},
        ),
    )


def _closed() -> rx.Component:
    return c.card(rx.el.p(t("This case is closed. Open it again to write."), class_name="muted"))


def _side() -> rx.Component:
    shown = S.case
    nobody = rx.el.span(t("nobody yet"), class_name="muted")
    assignee = rx.cond(
        shown.may_handle,
        rx.el.div(
            rx.el.label(t("Who sees to it"), html_for="assignee", class_name="label"),
            c.select("assignee", S.assignees, placeholder=t("nobody yet"), value=shown.assignee_id, on_change=S.assign,
                     custom_attrs={"data-testid": "assignee"}),
            rx.cond(shown.assignee_id == "", c.button(t("I see to it"), size="s", on_click=S.take,
                                                      custom_attrs={"data-testid": "take"})),
            class_name="field",
        ),
        c.key_values([(t("Who sees to it"), rx.cond(shown.assignee_name != "", shown.assignee_name, nobody))]),
    )
    return c.card(
        c.card_head(t("How it stands"), id="standing"),
        c.key_values([
            (t("Answer due"), due_text(shown.is_due, shown.is_overdue, shown.due_at)),
            (t("Type"), shown.type_name), (t("Opened"), moment(shown.opened_at)),
        ]),
        assignee,
        rx.cond(shown.may_handle, rx.el.div(
            rx.el.h3(t("Change without writing"), class_name="label"),
            rx.el.div(rx.foreach(S.steps, _step), class_name="row wrap"),
            rx.el.p(t("The customer gets a mail."), class_name="hint"),
            class_name="stack",
        )),
        class_name="stack", aria_labelledby="standing",
    )


def _step(step: Any) -> rx.Component:
    return c.button(state_title(step), size="s", on_click=S.set_state(step),
                    custom_attrs={"data-testid": rx.Var.create(f"state-{step}")})


def _customer() -> rx.Component:
    shown = S.case
    return c.card(
        c.card_head(t("Customer"), id="customer"),
        rx.el.div(
            rx.el.p(rx.el.b(shown.contact_name)),
            rx.el.p(c.text_link(shown.contact_email, href=rx.Var.create(f"mailto:{shown.contact_email}"), plain=True)),
            rx.cond(shown.contact_phone != "", rx.el.p(c.text_link(
                shown.contact_phone, href=rx.Var.create(f"tel:{shown.contact_phone}"), plain=True))),
            rx.cond(shown.project_id != "", rx.el.p(c.text_link(
                t("Project {number}", number=shown.project_number),
                href=rx.Var.create(f"/staff/project?id={shown.project_id}")))),
            class_name="stack s",
        ),
        aria_labelledby="customer",
    )


def _missing() -> rx.Component:
    return c.empty_state(
        "search-x", t("There is no such case here"),
        t("It may belong to somebody else. Ask your administrator if you need it."),
        c.link_button(t("To the cases"), href=QUEUE, variant="solid"), heading="h1")


def _failed() -> rx.Component:
    return c.note(
        "bad", t("The case can't be read just now."), t("Nothing is lost. Try again in a moment."), " ",
        c.text_button(t("Try again"), on_click=S.load), role="alert",
    )
