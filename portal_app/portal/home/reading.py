"""What the home shows: read for whoever opens it, or together for many homes that are open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pydantic import BaseModel
from sqlmodel import Session

from ...access.actors import Actor
from ...access.sessions import get_actors
from ...company.service import company_snapshot
from ...core.forms import parse_id
from ...core.localized import in_language
from ...core.texts import date_text, server_text, translate
from ...opportunities.homes import KnownLine, Looking, Reader, get_homes, list_known
from ...opportunities.process import Adviser, CurrentStep, Home, Process, ProcessStage, ProjectLine
from ...opportunities.reactivation import Reactivation, get_reactivation
from ...opportunities.service import get_home

NOW = server_text("Now")
NO_PROCESS = Process(opportunity_id="", number="", current=CurrentStep(id="", name=""))
_SHORT_DAY = {"de": "d. MMM"}


class ArcStage(BaseModel):
    """A stage as the arc draws it."""

    id: str
    name: str
    status: str
    caption: str


class HomePage(BaseModel):
    """All that the page shows, read in one go."""

    process: Process = NO_PROCESS
    arc: list[ArcStage] = []
    projects: list[ProjectLine] = []
    has_several: bool = False
    adviser: Adviser = Adviser(name="")
    adviser_initials: str = ""
    ending: str = ""
    reactivation: Reactivation = Reactivation()
    known: list[KnownLine] = []
    is_empty: bool = False


@dataclass(eq=False, slots=True)
class ShownHome:
    """An open home: whose session it is, the project that its address names, the one that it shows, and the language; and
    the step that its reader has been told of."""

    session_hash: str
    asked: str
    opportunity_id: str
    language: str
    step_id: str = ""


def load_home(session: Session, actor: Actor, asked: str, language: str) -> tuple[HomePage, set[str]]:
    """The asked project and the others for the switcher, without an address the first one; and the flows of them all."""
    home = get_home(session, actor, parse_id(asked) if asked else "", language)
    if home.process is None:
        return HomePage(is_empty=True), set()
    [known] = list_known(session, [Reader(actor, home.process, language)])
    return _page_of(session, actor, home.process, home, known, language), home.flow_ids


def load_homes(session: Session, homes: Sequence[ShownHome]) -> list[HomePage | None]:
    """What open homes show now. None for one that would show another project, or nothing, or whose reader is gone."""
    actors = get_actors(session, {home.session_hash for home in homes})
    there = [home for home in homes if home.session_hash in actors]
    found = dict(zip(there, get_homes(session, [
        Looking(actors[home.session_hash], home.opportunity_id, home.language) for home in there]), strict=True))
    shown = {home: (process, of_home) for home, of_home in found.items() if of_home and (process := of_home.process)
             and (home.asked or of_home.projects[0].id == home.opportunity_id)}
    readers = [Reader(actors[home.session_hash], process, home.language) for home, (process, _) in shown.items()]
    known = dict(zip(shown, list_known(session, readers), strict=True))
    return [_page_of(session, actors[home.session_hash], *shown[home], known[home], home.language) if home in shown
            else None for home in homes]


def _page_of(session: Session, actor: Actor, process: Process, home: Home, known: list[KnownLine],
             language: str) -> HomePage:
    company = company_snapshot()
    texts = {"success": company.success_text, "failed": company.failure_text}.get(process.outcome, {})
    again = get_reactivation(session, actor, process.opportunity_id) if process.outcome == "failed" else Reactivation()
    adviser = process.adviser or Adviser(name="")
    return HomePage(process=process, arc=arc_of(process, language), projects=home.projects,
                    has_several=len(home.projects) > 1, adviser=adviser, adviser_initials=initials_of(adviser.name),
                    ending=in_language(texts, language, company.default_language), reactivation=again,
                    known=known)


def arc_of(process: Process, language: str) -> list[ArcStage]:
    """The stages with a short word under each: the day it was left, or that it is now."""
    now = translate(language, NOW)

    def caption(stage: ProcessStage) -> str:
        return now if stage.status == "current" else _short_day(stage.left_on or stage.entered_on, language)

    return [ArcStage(id=stage.id, name=stage.name, status=stage.status, caption=caption(stage)) for stage in process.stages]


@lru_cache(maxsize=4000)  # formatting days cost a fifth of reading the page
def _short_day(day: str, language: str) -> str:
    return date_text(language, date.fromisoformat(day), _SHORT_DAY.get(language, "d MMM")) if day else ""


def initials_of(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()
