"""The bell of the staff's frame: a link to the inbox with the number of what is new, which follows by itself."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ..access.actors import STAFF
from ..core import live
from ..core.database import run_read
from ..notifications.rules import BELL, BELL_NEW
from ..notifications.service import MOST_COUNTED, count_new
from .handlers import handler
from .i18n import Said, said, say, t_marked
from .icons import icon
from .shell_state import PortalState

INBOX = "/staff/inbox"


class BellState(PortalState, rx.State):
    number: str = ""
    label: Said = Said()

    @handler(STAFF)
    async def load(self):
        actor = self._actor
        self._follow(live.staff_topic(actor.id))
        self._show(await run_read(count_new, actor))

    def _show(self, count: int) -> None:
        self.number = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
        self.label = say(BELL_NEW, count=self.number) if count else Said()


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
