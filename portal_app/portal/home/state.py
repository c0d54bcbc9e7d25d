"""What the customer's home knows: the project that the address names, or the first of the customer's own."""

from __future__ import annotations

from collections.abc import Sequence

import reflex as rx
from sqlmodel import Session

from ...access.actors import CUSTOMER, Actor
from ...core import live
from ...core.database import run_short_read, run_write
from ...core.forms import parse_id
from ...core.texts import msg
from ...opportunities.process import first_name_of
from ...opportunities.reactivation import ask_to_start_again
from ...ui.handlers import handler
from ...ui.i18n import say
from ...ui.live import Delta, delta_of, read_together
from ...ui.shell_state import PortalState, ShellState
from .reading import HomePage, ShownHome, load_home, load_homes

MOVED_ON = msg("Your project has moved on.")
MOST_FOLLOWED = 50


def greeted_name(actor: Actor) -> str:
    """First names suit where people say tú and tu; German customers are greeted with their whole name."""
    return actor.name if actor.language == "de" else first_name_of(actor.name)


class HomeState(PortalState, rx.State):
    name: str = ""
    page: HomePage = HomePage()

    @handler(CUSTOMER)
    async def load(self):
        await self._read()

    @handler(CUSTOMER)
    async def refresh(self):
        """Something changed elsewhere. What can't be read now leaves the page as it is."""
        before, had_failed = self._shown(), self.has_failed
        sent = live.the_hub.shows(self._follower("refresh")) or before
        await self._read()
        now = self._shown()
        if self.has_failed and not had_failed:
            self.has_failed = False
        elif before.opportunity_id == now.opportunity_id and sent.step_id != now.step_id:
            await self._notify(MOVED_ON)

    def _shown(self) -> ShownHome:
        process = self.page.process
        return ShownHome(self._actor.session_hash, self._query("project"), process.opportunity_id, self._language,
                         process.current.id)

    async def _read(self) -> None:
        actor, language, asked = self._actor, self._language, self._query("project")
        self.name = greeted_name(actor)
        own = (live.contact_topic(actor.id), live.account_topic(actor.account_id))
        self._follow(*own, by="refresh")
        with self._reading():
            page, flow_ids = await run_short_read(load_home, actor, asked, language)
            self.page = page
            self._follow(*own, *(live.opportunity_topic(project.id) for project in page.projects[:MOST_FOLLOWED]),
                         *map(live.flow_topic, flow_ids), by="refresh", shows=self._shown())

    @handler(CUSTOMER)
    async def retry(self):
        self.has_failed = self.is_loaded = False
        yield
        yield HomeState.load

    @handler(CUSTOMER)
    async def start_again(self):
        """After a process that came to nothing; asking twice is asking once."""
        self.busy = True
        yield
        async with self._showing_errors():
            await run_write(ask_to_start_again, self._actor, parse_id(self.page.process.opportunity_id))
            await self._notify(msg("Thank you. We have your wish to start again."))
        yield HomeState.load


@read_together(ShownHome)
def _read_homes(session: Session, homes: Sequence[ShownHome]) -> list[Delta | None]:
    """A home whose project has moved is told so once, as one that reads itself is."""

    def told(home: ShownHome, page: HomePage) -> Delta:
        before, home.step_id = home.step_id, page.process.current.id
        has_moved = before not in ("", home.step_id)
        return delta_of(HomeState, page=page) | (delta_of(ShellState, news=say(MOVED_ON)) if has_moved else {})

    return [told(home, page) if page else None for home, page in zip(homes, load_homes(session, homes), strict=True)]
