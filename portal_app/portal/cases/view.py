"""/cases: the list of what the customer told us, one of them as a talk, and the form of a new one."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...support import rules
from ...support.files import MOST_FILES
from ...support.schemas import OwnCaseRow
from ...ui import components as c
from ...ui.cases import SHEET, own_case_pill, talk
from ...ui.closed import while_open
from ...ui.drafting import draft_input, draft_textarea
from ...ui.frames import portal_frame
from ...ui.i18n import moment, said, t
from ...ui.soon import soon
from ...ui.upload import LIBRARY as UPLOAD
from .state import CASES, CasesState

S: Any = CasesState
NEW = f"{CASES}?new=1"


def cases() -> rx.Component:
    return portal_frame(
        soon(UPLOAD),
        rx.el.link(rel="stylesheet", href=SHEET),
        while_open("cases", rx.cond(
            S.is_loaded,
            rx.cond(S.has_failed, _failed(), rx.cond(S.is_missing, _missing(), rx.match(
                S.mode, ("case", _case()), ("new", _new()), _list()))),
            c.loading(t("Loading"), c.skeleton("220px", "36px", margin="12px 0"), c.skeleton_card("90px"),
                      c.skeleton_card("90px"), class_name="stack"),
        )),
        module="cases", on_language=S.refresh,
    )


# The list


def _list() -> rx.Component:
    write = c.link_button(c.icon("plus"), t("Write to us"), href=NEW, variant="solid",
                          custom_attrs={"data-testid": "new-case"})
    return rx.fragment(
        c.page_head(t("How can we help?"), t("Ask something or report a problem. You read here what becomes of it."), write),
        rx.cond(
            S.rows,
            rx.fragment(
                rx.el.h2(t("Your messages"), class_name="vh"),
                rx.el.ul(rx.foreach(S.rows, _line), class_name="case-list"),
                rx.cond(S.has_next | S.has_previous, c.pagination(
                    t("Pages"), "", t("Newer messages"), t("Older messages"), S.go_previous, S.go_next, S.has_previous,
                    S.has_next)),
            ),
            rx.cond(
                S.is_first_page,
                c.empty_state("message-circle", t("You have not written to us yet"),
                              t("Whatever it is, a question or something that does not work: we answer here and by mail.")),
                c.empty_state("search-x", t("Nothing more here"), None, c.link_button(t("To the newest"), href=CASES)),
            ),
        ),
    )


def _line(row: OwnCaseRow) -> rx.Component:
    return rx.el.li(rx.el.a(
        rx.el.span(rx.el.b(row.title),
                   rx.el.span(row.type_name, " · ", _number(row.number), " · ", moment(row.changed_at),
                              class_name="tiny muted")),
        own_case_pill(row.state),
        href=rx.Var.create(f"{CASES}?case={row.id}"), class_name="card case-line",
        custom_attrs={"data-testid": "case-line"},
    ))


def _number(number: Any) -> rx.Component:
    return rx.el.span(number, class_name="nowrap")


# A new one


def _new() -> rx.Component:
    errors = S.field_errors
    return rx.fragment(
        c.text_link(t("Help"), href=CASES, back=True),
        c.page_head(t("Write to us"), t("The more we know, the sooner we can help.")),
        c.card(
            rx.el.form(
                c.field(t("What is it about?"), c.select, id="type_id", options=S.type_options,
                        placeholder=t("Please choose"), value=S.type_id, on_change=S.write("type_id"),
                        error=said(errors["type_id"])),
                rx.el.p(S.type_hint, class_name="hint type-hint", role="status"),
                rx.cond(S.project_options.length() > 1, c.field(
                    t("Which project?"), c.select, id="project_id", options=S.project_options,
                    placeholder=t("None in particular"), value=S.project_id, on_change=S.write("project_id"),
                    error=said(errors["opportunity_id"]))),
                c.field(t("In a few words"), _title_input, id="title", error=said(errors["title"])),
                c.field(t("What happened?"), _text_input, id="text", error=said(errors["text"]),
                        hint=t("Since when, where, and what you see.")),
                rx.el.div(
                    rx.el.span(t("Photos and files"), " ", rx.el.span(t("(optional)"), class_name="opt"),
                               class_name="label", id="files-label"),
                    c.upload("case", S.files, S.files_changed, ref=S.future_id, labelledby="files-label",
                             most_files=MOST_FILES),
                    class_name="field",
                ),
                _kept(),
                rx.el.div(
                    c.submit_button(t("Send"), busy=S.busy, custom_attrs={"data-testid": "send-case"}),
                    c.link_button(t("Not now"), href=CASES, variant="ghost", size="big"),
                    class_name="row wrap",
                ),
                on_submit=S.send, class_name="form", no_validate=True,
            ),
            class_name="case-form", style={"margin_top": "18px"},
        ),
    )


def _title_input(**props: Any) -> rx.Component:
    return draft_input(S.title, S.revision, S.write("title"), name="title", class_name="input",
                       max_length=rules.LONGEST_TITLE, **props)


def _text_input(**props: Any) -> rx.Component:
    return draft_textarea(S.text, S.revision, S.write("text"), name="text", class_name="input", rows="7",
                          max_length=rules.LONGEST_TEXT, **props)


def _kept() -> rx.Component:
    kept = rx.fragment(c.icon("check", "s"), rx.el.span(t("Kept as a draft on all your devices.")))
    return rx.el.p(rx.cond(S.is_kept, kept, rx.fragment()), class_name="kept row tiny muted", role="status",
                   custom_attrs={"data-testid": "kept", "data-letters": rx.Var.create(S.text + S.reply).to(str).length()})


# One


def _case() -> rx.Component:
    case = S.case
    return rx.fragment(
        c.text_link(t("Help"), href=CASES, back=True),
        c.page_head(case.title, rx.fragment(case.type_name, " · ", _number(case.number)), own_case_pill(case.state)),
        rx.cond(case.project_id != "", c.text_link(c.icon("sun", "s"), case.project_name,
                                                   href=rx.Var.create(f"/home?project={case.project_id}"),
                                                   class_name="case-project")),
        rx.el.div(
            rx.cond(case.has_earlier, rx.el.p(t("Only the latest messages are shown."), class_name="small muted")),
            talk(S.messages, for_staff=False),
            rx.cond(case.may_write, _reply(), _closed()),
            class_name="case-one case-form",
        ),
        _closing(),
    )


def _reply_input(**props: Any) -> rx.Component:
    return draft_textarea(S.reply, S.revision, S.write("reply"), name="reply", class_name="input", rows="4",
                          max_length=rules.LONGEST_TEXT, **props)


def _reply() -> rx.Component:
    return c.card(
        rx.cond(S.case.state == rules.CaseState.SOLVED.value, c.note(
            "ok", t("We think that this is solved."), t("If not, just write to us and it is open again."),
            style={"margin_bottom": "16px"})),
        rx.el.form(
            c.field(t("Your message"), _reply_input, id="reply", error=said(S.field_errors["reply"])),
            _kept(),
            rx.el.div(
                c.submit_button(c.icon("send", "s"), t("Send"), size="m", busy=S.busy,
                                custom_attrs={"data-testid": "send-reply"}),
                c.button(c.icon("circle-check", "s"), t("This is solved"), variant="ghost", on_click=S.ask_to_close,
                         custom_attrs={"data-testid": "close-case"}),
                class_name="row wrap",
            ),
            on_submit=S.answer, class_name="form", no_validate=True,
        ),
        rx.el.div(
            rx.el.span(t("Photos and files"), class_name="label", id="reply-files-label"),
            c.upload("case", None, S.files_changed, ref=S.case.id, labelledby="reply-files-label", most_files=MOST_FILES,
                     test_id="reply-files"),
            class_name="field", style={"margin_top": "20px"},
        ),
    )


def _closed() -> rx.Component:
    return c.card(
        rx.el.p(t("This is closed. Something still wrong?"), class_name="muted"),
        c.button(c.icon("rotate-cw", "s"), t("Open again"), on_click=S.reopen, style={"margin_top": "12px"},
                 custom_attrs={"data-testid": "reopen-case"}),
    )


def _closing() -> rx.Component:
    return c.dialog(
        S.is_closing, S.dismiss, t("Is it solved?"),
        c.dialog_actions(
            c.button(t("Yes, close it"), variant="solid", on_click=S.close, custom_attrs={"data-testid": "confirm-close"}),
            c.button(t("Not yet"), variant="ghost", on_click=S.dismiss),
        ),
        close_label=t("Close"), id="closing", lead=t("We then stop working on it. You can open it again any time."),
    )


def _missing() -> rx.Component:
    return c.empty_state(
        "search-x", t("There is no such message here"), t("It may belong to somebody else of your household."),
        c.link_button(t("To your messages"), href=CASES, variant="solid"), heading="h1",
        custom_attrs={"data-testid": "missing"})


def _failed() -> rx.Component:
    return rx.fragment(
        rx.el.h1(t("Help"), class_name="vh"),
        c.note("bad", t("This can't be read just now."), t("Nothing is lost. Try again in a moment."), " ",
               c.text_button(t("Try again"), on_click=S.retry), role="alert"),
    )
