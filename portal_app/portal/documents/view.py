"""/documents: what the customer gave, what the steps asked for, and what the company shows."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...ui import components as c
from ...ui.closed import while_open
from ...ui.frames import portal_frame
from ...ui.i18n import moment, t
from ...ui.soon import soon
from ...ui.upload import LIBRARY as UPLOAD
from .state import DocumentsState, Paper

S = DocumentsState


def documents() -> rx.Component:
    return portal_frame(
        soon(UPLOAD),
        while_open("documents", rx.cond(
            S.is_loaded, rx.cond(S.has_failed, _failed(), rx.cond(S.is_missing, _missing(), _content())), _loading())),
        module="documents", on_language=S.load,
    )


def _content() -> rx.Component:
    return rx.fragment(
        c.page_head(t("Your documents"), t("Everything you sent us, and what we keep for you.")),
        rx.cond(S.project_id == "", c.empty_state(
            "folder-open", t("There is no project yet"), t("Once your project begins, its documents are here."),
            c.link_button(t("To the start"), href="/home")), _papers()),
    )


def _papers() -> rx.Component:
    several = S.projects.length() > 1  # pyright: ignore[reportAttributeAccessIssue]
    return rx.el.div(
        rx.el.div(
            rx.cond(several, c.field(t("Project"), c.select, id="project", options=S.projects, value=S.project_id,
                                     on_change=S.choose)),
            c.card(
                rx.el.h2(t("Add a document"), id="give"),
                rx.el.p(t("A plan, a bill, a photo: whatever helps your project. We see it at once."),
                        class_name="muted small"),
                c.upload("project", S.given, S.refresh, project=S.project_id, labelledby="give", most_files=100),
                aria_labelledby="give",
            ),
            class_name="papers-col",
        ),
        rx.el.div(
            _list(t("Sent in your steps"), S.asked, t("What a step asks of you is listed here once you sent it."), "asked"),
            _list(t("From us"), S.ours, t("Contracts, plans and reports that we share with you are listed here."), "ours"),
            class_name="papers-col",
        ),
        class_name="papers",
    )


def _list(title: Any, papers: Any, empty: Any, id: str) -> rx.Component:
    return c.card(
        rx.el.h2(title, id=id),
        rx.cond(papers, rx.el.ul(rx.foreach(papers, _row), class_name="rows"), rx.el.p(empty, class_name="muted small")),
        aria_labelledby=id, custom_attrs={"data-testid": f"papers-{id}"},
    )


def _row(paper: Paper) -> rx.Component:
    file = paper.file
    return rx.el.li(
        rx.el.div(
            c.file_thumb(file),
            rx.el.div(
                c.file_name(file),
                rx.cond(paper.about != "", rx.el.span(paper.about, class_name="small block")),
                rx.el.span(moment(file.created_at), class_name="tiny muted block"),
                rx.match(file.review, ("accepted", c.pill(t("Accepted"), "ok", "check")),
                         ("rejected", c.pill(t("Sent back"), "bad", "undo")), rx.fragment()),
                c.file_pill(file),
                rx.cond(file.review == "rejected", rx.el.p(file.reason, class_name="quote prose")),
                class_name="grow",
            ),
            class_name="file-row",
        ),
        custom_attrs={"data-testid": "paper"},
    )


def _loading() -> rx.Component:
    return c.loading(t("Loading"), c.skeleton("220px", "34px"), rx.el.div(
        c.skeleton_card("260px"), c.skeleton_card("260px"), class_name="papers"))


def _missing() -> rx.Component:
    return c.empty_state(
        "search-x", t("There is no such project here"), t("It may have been removed, or it belongs to somebody else."),
        c.link_button(t("To the start"), href="/home", variant="solid"), heading="h1")


def _failed() -> rx.Component:
    return c.note("bad", t("Your documents can't be read just now."), t("Nothing is lost. Try again in a moment."), " ",
                  c.text_button(t("Try again"), on_click=S.load), role="alert")
