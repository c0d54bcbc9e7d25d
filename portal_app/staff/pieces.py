"""Pieces that several staff pages share."""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel

from ..opportunities.listing import BoardColumn, OpportunityRow
from ..ui import components as c
from ..ui.i18n import number, t, tn

PROJECTS = "/staff/projects"


class Option(BaseModel):
    """A line of a select."""

    value: str
    text: str


def initials_of(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()


def project_address(row: Any) -> rx.Var[str]:
    return rx.Var.create(f"/staff/project?id={row.id}")


def turn_pill(turn: Any) -> Any:
    """Who has the ball, said to staff."""
    return rx.match(
        turn, ("customer", c.pill(t("With the customer"), "you")), ("company", c.pill(t("With us"), "us")),
        ("grid_operator", c.pill(t("With the grid operator"), "neutral")),
        ("authority", c.pill(t("With the authority"), "neutral")),
        c.pill(t("Ended"), "neutral"),
    )


def days_here(days: Any) -> rx.Var[str]:
    return rx.cond(days == 0, t("new"), tn("{n} day", "{n} days", days))


def count_text(count: Any) -> rx.Component:
    """A number that stopped counting has a plus behind it."""
    return rx.fragment(number(count.number), rx.cond(count.is_more, "+", ""))


def board_view(columns: Any, heading: Any = rx.el.h3) -> rx.Component:
    """The stages side by side, each with its number and its latest projects."""

    def card(row: OpportunityRow) -> rx.Component:
        return rx.el.a(
            rx.el.b(row.contact_name), rx.el.span(row.address, class_name="more clip"),
            rx.el.span(turn_pill(row.turn), rx.el.span(days_here(row.days), class_name="nowrap"), class_name="foot"),
            href=project_address(row), class_name="board-card",
        )

    def column(stage: BoardColumn) -> rx.Component:
        return rx.el.section(
            heading(stage.name, rx.el.span(count_text(stage.count))),
            rx.foreach(stage.rows, card),
            rx.cond(stage.count.number > rx.Var.create(stage.rows).to(list).length(), c.text_link(
                t("Show all"), href=rx.Var.create(f"{PROJECTS}?stage={stage.stage_id}"))),
            class_name="board-col", custom_attrs={"data-testid": "board-column"},
        )

    return rx.el.div(
        rx.el.div(rx.foreach(columns, column), class_name="board"),
        class_name="board-scroll", tab_index=0, role="region", aria_label=t("Board, scrolls sideways"),
    )


def no_projects_yet(can_add: Any, add: rx.Component) -> Any:
    """Before the first project; whoever may not add one waits for theirs."""
    return rx.cond(
        can_add,
        c.empty_state("users", t("No projects yet"),
                      t("Add your first customer: they get a mail with the way into the portal."), add,
                      picture=c.first_house()),
        c.empty_state("users", t("No projects yet"), t("Projects that are given to you arrive here."),
                      picture=c.first_house()),
    )
