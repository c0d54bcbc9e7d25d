"""What the page of documents knows: the files of one project, sorted by where they come from."""

from __future__ import annotations

from urllib.parse import urlencode

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ...access.actors import CUSTOMER, Actor
from ...access.modules import is_on
from ...company.service import company_snapshot
from ...core import live
from ...core.database import run_read
from ...core.errors import NotFound
from ...core.forms import parse_id
from ...core.localized import in_language
from ...documents.service import FileView, list_attachments
from ...flows.contents import specs_by_id
from ...opportunities.service import get_visible, list_own_projects
from ...ui.handlers import handler
from ...ui.shell_state import PortalState


class Choice(BaseModel):
    value: str
    text: str


class Paper(BaseModel):
    file: FileView = FileView()
    about: str = ""  # what asked for it


class Papers(BaseModel):
    project_id: str = ""
    projects: list[Choice] = []
    given: list[FileView] = []
    asked: list[Paper] = []
    ours: list[Paper] = []


def read_papers(session: Session, actor: Actor, asked: str, language: str) -> Papers:
    """The files of the asked project, without an address those of the first one."""
    if not is_on(company_snapshot().modules, "documents"):
        raise NotFound
    projects = list_own_projects(session, actor, language)
    if asked:
        project_id = get_visible(session, actor, parse_id(asked)).id
    elif projects:
        project_id = projects[0].id
    else:
        return Papers()
    views = list_attachments(session, actor, project_id)
    specs = specs_by_id(session, {view.ref_id for view in views if view.purpose == "field"})
    fallback = company_snapshot().default_language
    found = Papers(project_id=project_id, projects=[
        Choice(value=each.id, text=f"{each.number} {each.title}".strip()) for each in projects])
    for view in views:
        spec = specs.get(view.ref_id)
        paper = Paper(file=view, about=in_language(spec.label, language, fallback) if spec else "")
        if not view.by_customer:
            found.ours.append(paper)
        elif view.purpose == "project":
            found.given.append(view)
        else:
            found.asked.append(paper)
    return found


class DocumentsState(PortalState, rx.State):
    project_id: str = ""
    projects: list[Choice] = []
    given: list[FileView] = []
    asked: list[Paper] = []
    ours: list[Paper] = []

    @handler(CUSTOMER)
    async def load(self):
        await self._read(self._query("project"))

    @handler(CUSTOMER)
    async def refresh(self, file_id: str = ""):
        """After an upload here or a change elsewhere."""
        await self._read(self.project_id)

    @handler(CUSTOMER)
    def choose(self, project_id: str):
        """By the address, so that it stays in another language and after a lost connection."""
        return rx.redirect(f"/documents?{urlencode({'project': project_id})}", replace=True)

    async def _read(self, asked: str) -> None:
        self._follow(live.COMPANY_TOPIC, by="refresh")
        with self._reading():
            found = await run_read(read_papers, self._actor, asked, self._language)
            self.project_id, self.projects = found.project_id, found.projects
            self.given, self.asked, self.ours = found.given, found.asked, found.ours
            if found.project_id:
                self._follow(live.COMPANY_TOPIC, live.opportunity_topic(found.project_id), by="refresh")
