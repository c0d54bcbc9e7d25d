"""What the customer's home knows: the project that the address names, or the first of the customer's own."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ...access.actors import CUSTOMER, Actor
from ...company.service import company_snapshot
from ...core import live
from ...core.database import run_short_read, run_write
from ...core.forms import parse_id
from ...core.localized import in_language
from ...core.texts import date_text, msg, server_text, translate
from ...flows.contents import fields_of
from ...opportunities.process import Adviser, CurrentStep, Process, ProcessStage, ProjectLine, first_name_of
from ...opportunities.reactivation import Reactivation, ask_to_start_again, get_reactivation
from ...opportunities.service import get_home
from ...opportunities.steps import get_step
from ...ui.handlers import handler
from ...ui.shell_state import PortalState

MOVED_ON = msg("Your project has moved on.")
NOW = server_text("Now")
NO_PROCESS = Process(opportunity_id="", number="", current=CurrentStep(id="", name=""))
MOST_FOLLOWED = 50
_SHORT_DAY = {"de": "d. MMM"}


class ArcStage(BaseModel):
    """A stage as the arc draws it."""

    id: str
    name: str
    status: str
    caption: str


class KnownLine(BaseModel):
    """A field that the step shows, with its answer in words."""

    id: str
    label: str
    text: str = ""


class HomePage(BaseModel):
    """All that the page shows, read in one go."""

    process: Process | None = None
    projects: list[ProjectLine] = []
    flow_ids: set[str] = set()
    ending: str = ""
    reactivation: Reactivation = Reactivation()
    known: list[KnownLine] = []


def list_known(session: Session, actor: Actor, process: Process, language: str) -> list[KnownLine]:
    """What a step that only informs shows of the customer's answers; one query where it shows none."""
    if process.current.view_kind or not fields_of(session, process.current.id):
        return []
    step = get_step(session, actor, process.opportunity_id, language)
    return [KnownLine(id=field.id, label=field.label, text=field.text) for field in step.fields if not field.is_asked_again]


def load_home(session: Session, actor: Actor, asked: str, language: str) -> HomePage:
    """The asked project and the others for the switcher; without an address the first one."""
    home = get_home(session, actor, parse_id(asked) if asked else "", language)
    if home.process is None:
        return HomePage()
    company = company_snapshot()
    texts = {"success": company.success_text, "failed": company.failure_text}.get(home.process.outcome, {})
    again = get_reactivation(session, actor, home.process.opportunity_id) if home.process.outcome == "failed" else None
    return HomePage(process=home.process, projects=home.projects, flow_ids=home.flow_ids,
                    reactivation=again or Reactivation(), ending=in_language(texts, language, company.default_language),
                    known=list_known(session, actor, home.process, language))


def arc_of(process: Process, language: str) -> list[ArcStage]:
    """The stages with a short word under each: the day it was left, or that it is now."""
    now = translate(language, NOW)

    def caption(stage: ProcessStage) -> str:
        return now if stage.status == "current" else _short_day(stage.left_on or stage.entered_on, language)

    return [ArcStage(id=stage.id, name=stage.name, status=stage.status, caption=caption(stage)) for stage in process.stages]


@lru_cache(maxsize=4000)  # formatting days cost a fifth of reading the page
def _short_day(day: str, language: str) -> str:
    return date_text(language, date.fromisoformat(day), _SHORT_DAY.get(language, "d MMM")) if day else ""


def greeted_name(actor: Actor) -> str:
    """First names suit where people say tú and tu; German customers are greeted with their whole name."""
    return actor.name if actor.language == "de" else first_name_of(actor.name)


def initials_of(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()


class HomeState(PortalState, rx.State):
    name: str = ""
    process: Process = NO_PROCESS
    words: dict[str, dict[str, str]] = {}  # what was written anew since the page was read (`portal.words`)
    arc: list[ArcStage] = []
    projects: list[ProjectLine] = []
    has_several: bool = False
    adviser: Adviser = Adviser(name="")
    adviser_initials: str = ""
    ending: str = ""
    reactivation: Reactivation = Reactivation()
    known: list[KnownLine] = []
    is_empty: bool = False

    @handler(CUSTOMER)
    async def load(self):
        await self._read()

    @handler(CUSTOMER)
    async def refresh(self):
        """Something changed elsewhere. What can't be read now leaves the page as it is."""
        before, had_failed = self.process, self.has_failed
        await self._read()
        if self.has_failed and not had_failed:
            self.has_failed = False
        elif before.opportunity_id == self.process.opportunity_id and before.current.id != self.process.current.id:
            await self._notify(MOVED_ON)

    async def _read(self) -> None:
        actor, language = self._actor, self._language
        self.name = greeted_name(actor)
        own = (live.contact_topic(actor.id), live.account_topic(actor.account_id))
        self._follow(*own, by="refresh")
        with self._reading():
            page = await run_short_read(load_home, actor, self._query("project"), language)
            self.is_empty = page.process is None
            self.process, self.words = page.process or NO_PROCESS, {}
            followed = page.projects[:MOST_FOLLOWED]
            current = self.process.current
            topic_here = live.step_topic if current.is_sent or current.is_asked_again else live.turn_topic
            self._follow(*own, *(live.opportunity_topic(project.id) for project in followed),
                         *map(live.flow_topic, page.flow_ids),
                         *(live.step_topic(step_id, language) for step_id in
                           {project.step_id for project in followed} - {current.id}),
                         topic_here(current.id, language), by="refresh")
            self.arc = arc_of(self.process, language)
            self.projects, self.ending, self.reactivation = page.projects, page.ending, page.reactivation
            self.known = page.known
            self.has_several = len(page.projects) > 1
            self.adviser = self.process.adviser or Adviser(name="")
            self.adviser_initials = initials_of(self.adviser.name)

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
            await run_write(ask_to_start_again, self._actor, parse_id(self.process.opportunity_id))
            await self._notify(msg("Thank you. We have your wish to start again."))
        yield HomeState.load
