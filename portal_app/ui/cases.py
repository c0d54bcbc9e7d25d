"""How cases look at both doors: their states, and the talk about one.

    case_pill(state)         for staff           own_case_pill(state)      for customers
    state_title(state)       the words alone
    talk(messages, own)      the messages in order; `own` says whose stand at the right ("us" for staff, "me")
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from ..support.rules import STATE_TITLES, STATE_TITLES_FOR_CUSTOMERS, CaseState
from ..support.schemas import MessageView
from .i18n import moment, t, t_marked
from .icons import icon
from .surfaces import PillKind, pill
from .upload import file_name, file_pill, file_thumb

SHEET = "/styles/cases.css"

_KINDS: dict[CaseState, PillKind] = {CaseState.OPEN: "us", CaseState.WAITING_FOR_US: "us", CaseState.SOLVED: "ok"}


def case_pill(state: Any) -> Any:
    """How a case stands, said to staff: the sun stands for the customer's turn."""
    return _pill(state, STATE_TITLES, {**_KINDS, CaseState.WAITING_FOR_CUSTOMER: "neutral"})


def own_case_pill(state: Any) -> Any:
    return _pill(state, STATE_TITLES_FOR_CUSTOMERS, {**_KINDS, CaseState.WAITING_FOR_CUSTOMER: "you"})


def _pill(state: Any, titles: dict[CaseState, str], kinds: dict[CaseState, PillKind]) -> Any:
    return rx.match(state, *((each.value, pill(t_marked(title), kinds.get(each, "neutral"))) for each, title in
                             titles.items()), rx.fragment())


def state_title(state: Any) -> Any:
    return rx.match(state, *((each.value, t_marked(title)) for each, title in STATE_TITLES.items()), "")


def own_state_title(state: Any) -> Any:
    return rx.match(state, *((each.value, t_marked(title)) for each, title in STATE_TITLES_FOR_CUSTOMERS.items()), "")


def talk(messages: Any, *, for_staff: bool) -> rx.Component:
    """What was written and done, the oldest first. At the right stand our words for staff, their own for customers."""
    return rx.el.ol(rx.foreach(messages, lambda message: _message(message, for_staff)), class_name="talk",
                    aria_label=t("Messages"))


def _message(message: MessageView, for_staff: bool) -> Any:
    return rx.match(
        message.kind,
        ("state", _turn(message, _state_words(message, for_staff))),
        ("assigned", _turn(message, rx.cond(message.text != "", t("given to {name}", name=message.text),
                                            t("given back to everybody")))),
        ("file", _file(message, for_staff)),
        _words(message, for_staff),
    )


def _state_words(message: MessageView, for_staff: bool) -> Any:
    return (state_title if for_staff else own_state_title)(message.state)


def _turn(message: MessageView, what: Any) -> rx.Component:
    return rx.el.li(
        icon("arrow-right", "s"), rx.el.b(what),
        rx.el.span(message.author_name, " · ", rx.el.time(moment(message.at), date_time=_iso(message.at))),
        class_name="turned", custom_attrs={"data-testid": "case-turn"},
    )


def _iso(at: Any) -> rx.Var[str]:
    return rx.Var.create(at).to(str)


def _file(message: MessageView, for_staff: bool) -> rx.Component:
    """A file where it came; whoever looks may open it here or take it home."""
    file = message.file
    is_own = (message.by != "customer") if for_staff else (message.by == "me")
    return rx.el.li(
        rx.el.p(rx.cond(message.by == "me", t("You"), message.author_name), " · ",
                rx.el.time(moment(message.at), date_time=_iso(message.at)), class_name="who-said"),
        rx.el.div(file_thumb(rx.Var.create(file).to(dict[str, Any])), file_name(file), file_pill(file),
                  class_name="words has-file"),
        class_name=rx.cond(is_own, "said own", "said"), custom_attrs={"data-testid": "case-file"},
    )


def _words(message: MessageView, for_staff: bool) -> rx.Component:
    is_note = message.kind == "note"
    is_own = (message.by != "customer") if for_staff else (message.by == "me")
    author = rx.cond(message.by == "me", t("You"), message.author_name)
    side = rx.cond(is_note, "said note-inside", rx.cond(is_own, "said own", "said"))
    return rx.el.li(
        rx.el.p(
            author, " · ", rx.el.time(moment(message.at), date_time=_iso(message.at)),
            rx.cond(is_note, rx.fragment(" · ", rx.el.b(t("Internal note, customers do not see it"))), rx.fragment()),
            class_name="who-said"),
        rx.el.p(message.text, class_name="words"),
        class_name=side, custom_attrs={"data-testid": "case-message", "data-kind": message.kind},
    )
