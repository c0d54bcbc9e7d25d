"""The numbers of the staff's frame, which follow by themselves: what is new in the inbox, and the cases that wait."""

from __future__ import annotations

from typing import Any

import reflex as rx
from sqlmodel import Session

from ..access.actors import STAFF, Actor
from ..core import live
from ..core.database import run_read
from ..notifications.rules import BELL, BELL_NEW
from ..notifications.service import MOST_COUNTED, count_new
from ..support.listing import count_with_us
from ..support.service import CASES_TOPIC
from .handlers import handler
from .i18n import Said, said, say, t, t_marked
from .icons import icon
from .shell_state import PortalState

INBOX = "/staff/inbox"


class BellState(PortalState, rx.State):
    number: str = ""
    label: Said = Said()
    cases: str = ""

    @handler(STAFF)
    async def load(self):
        actor = self._actor
        self._follow(live.staff_topic(actor.id), CASES_TOPIC)
        count, cases = await run_read(_count, actor)
        self._show(count)
        self.cases = f"{MOST_COUNTED}+" if cases > MOST_COUNTED else str(cases or "")

    def _show(self, count: int) -> None:
        self.number = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
        self.label = say(BELL_NEW, count=self.number) if count else Said()


def _count(session: Session, actor: Actor) -> tuple[int, int]:
    return count_new(session, actor), count_with_us(session, actor)


def waiting_cases() -> rx.Component:
    """How many cases wait for us, beside the word in the rail; said in words to who does not see it."""
    return rx.cond(BellState.cases != "", rx.fragment(
        rx.el.span(BellState.cases, class_name="bell-count", aria_hidden="true", custom_attrs={"data-testid": "waiting"}),
        rx.el.span(", ", t("{count} wait for us", count=BellState.cases), class_name="vh")))


def bell(is_current: bool = False) -> rx.Component:
    has_new = BellState.number != ""
    current: dict[str, Any] = {"aria_current": "page"} if is_current else {}
    return rx.el.a(
        icon("bell"),
        rx.cond(has_new, rx.el.span(BellState.number, class_name="bell-count", aria_hidden="true")),
        href=INBOX, class_name="iconbtn bell", custom_attrs={"data-testid": "bell"},
        aria_label=rx.cond(has_new, said(BellState.label), t_marked(BELL)),
        **current,
    )
