"""What staff see first."""

from __future__ import annotations

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ...access.actors import STAFF, Actor, Permission
from ...core import live
from ...core.cursors import PageOf
from ...core.database import run_read
from ...opportunities import figures, listing
from ...opportunities.figures import ActRow, Figures
from ...opportunities.listing import Board, BoardColumn, Filters, OpportunityRow
from ...opportunities.process import first_name_of
from ...ui.handlers import handler
from ...ui.shell_state import PortalState
from ..pieces import initials_of

MOST_OWN = 6


class ActLine(ActRow):
    initials: str


class StaffHome(BaseModel):
    figures: Figures
    acts: list[ActLine]
    own: list[OpportunityRow]
    board: Board
    is_empty: bool


def load_staff_home(session: Session, actor: Actor) -> StaffHome:
    """Everything on the page in one session: figures, acts, own projects that wait longest, the board."""
    waiting = Filters(owner_id=actor.id, turn="company", sort="entered")
    own = listing.list_opportunities(session, actor, waiting, PageOf())
    counted = figures.get_figures(session, actor)
    numbers = (counted.with_company, counted.with_customers, counted.with_others, counted.ended)
    return StaffHome(
        figures=counted, own=own.rows[:MOST_OWN], board=listing.board(session, actor),
        acts=[ActLine(**row.model_dump(exclude={"at"}), at=row.at, initials=initials_of(row.contact_name))
              for row in figures.list_latest_acts(session, actor)],
        is_empty=not any(count.number for count in numbers))


class StaffHomeState(PortalState, rx.State):
    name: str = ""
    figures: Figures = Figures()
    acts: list[ActLine] = []
    own: list[OpportunityRow] = []
    board_name: str = ""
    columns: list[BoardColumn] = []
    can_add: bool = False
    is_empty: bool = False

    @handler(STAFF)
    async def load(self):
        actor = self._actor
        self.name = actor.name if actor.language == "de" else first_name_of(actor.name)
        self.can_add = actor.can(Permission.EDIT_CUSTOMERS) and actor.can(Permission.EDIT_OPPORTUNITIES)
        self._follow(live.STAFF_TOPIC)
        with self._reading():
            home = await run_read(load_staff_home, actor)
            self.figures, self.acts, self.own, self.is_empty = home.figures, home.acts, home.own, home.is_empty
            self.board_name, self.columns = home.board.flow_name, home.board.columns
