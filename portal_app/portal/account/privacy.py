"""Privacy: the company's consent text, one switch per channel, and every decision that was made."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...customers.rules import CHANNEL_TITLES
from ...ui import components as c
from ...ui.i18n import moment, t, t_marked
from .state import AccountState

S: Any = AccountState


def privacy() -> rx.Component:
    return c.tab_panel("privacy", rx.el.div(_consents(), _decisions(), class_name="papers"), id="account")


def _title(row: Any) -> Any:
    return rx.match(row.channel, *((key, t_marked(title)) for key, title in CHANNEL_TITLES.items()), row.title)


def _channel(row: Any) -> rx.Component:
    how = rx.cond(
        row.at == "", t("Not decided yet: we do not use it"),
        rx.cond(row.is_given, t("Given on {moment}", moment=moment(row.at)),
                t("Withdrawn on {moment}", moment=moment(row.at))))
    return rx.el.li(
        rx.el.label(
            rx.el.span(rx.el.b(_title(row)), rx.el.span(how, class_name="tiny muted"), class_name="grow"),
            c.switch(_title(row), checked=row.is_given, on_change=lambda value: S.decide(row.channel, value)),
            class_name="switch-row",
        ),
        custom_attrs={"data-testid": f"channel-{row.channel}"},
    )


def _consents() -> rx.Component:
    return c.card(
        c.card_head(t("Your consent"), id="consent"),
        rx.el.p(S.words, class_name="pre", custom_attrs={"data-testid": "consent-words"}),
        rx.cond(
            S.channels,
            rx.el.ul(rx.foreach(S.channels, _channel), class_name="stack", aria_labelledby="consent"),
            rx.el.p(t("We do not ask for any consent at present."), class_name="small muted"),
        ),
        aria_labelledby="consent", custom_attrs={"data-testid": "consents"}, class_name="stack",
    )


def _decision(row: Any) -> rx.Component:
    return rx.el.li(
        rx.cond(row.is_given, c.icon("circle-check"), c.icon("circle-x")),
        rx.el.div(
            rx.el.b(_title(row), class_name="block"),
            rx.el.span(rx.cond(row.is_given, t("Given on {moment}", moment=moment(row.at)),
                               t("Withdrawn on {moment}", moment=moment(row.at))), class_name="tiny muted"),
            rx.cond(row.is_given, rx.el.details(rx.el.summary(t("What you read"), class_name="link small"),
                                                rx.el.p(row.words, class_name="small muted pre"))),
            class_name="grow"),
        class_name="list-row", custom_attrs={"data-testid": "decision"},
    )


def _decisions() -> rx.Component:
    return c.card(
        c.card_head(t("What you decided so far"), id="decisions"),
        rx.cond(
            S.decisions,
            rx.el.ul(rx.foreach(S.decisions, _decision)),
            rx.el.p(t("Nothing yet. Each decision is listed here with its date and the words you read."),
                    class_name="small muted"),
        ),
        aria_labelledby="decisions", class_name="stack",
    )
