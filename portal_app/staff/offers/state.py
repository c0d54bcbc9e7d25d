"""The offers of one project, and one of them in the editor.

What is typed stays here until it is saved. Numbers are read in the language in which they were shown when the offer was
opened, also when the reader switches the language meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import reflex as rx
from pydantic import BaseModel

from ...access.actors import STAFF, Permission
from ...company.service import company_snapshot
from ...core import live
from ...core.database import run_read, run_write
from ...core.errors import ChangedMeanwhile, InvalidForm
from ...core.forms import parse, parse_id
from ...core.texts import msg
from ...offers import authoring, rules
from ...offers.authoring import OfferBrief, StaffOffer, WishView
from ...offers.desk import Project, read_desk
from ...offers.errors import OfferHasNoLines
from ...offers.forms import parse_offer
from ...offers.schemas import NO_OFFER, NO_OUTCOME, OfferView, Outcome
from ...ui.handlers import handler
from ...ui.shell_state import SAVE_AGAIN, PortalState
from . import drafting
from .drafting import LineRow, Sums

log = logging.getLogger(__name__)

EDIT, SHARE = Permission.EDIT_OFFERS, Permission.SHARE_OFFERS
SAVED = msg("Saved")
SHARED = msg("The customer sees the offer now.")
SHOWN_ANEW = msg("Saved. The customer sees version {version} now.")
WITHDRAWN = msg("Withdrawn. Nobody can order this offer any more.")
DELETED = msg("The draft is deleted.")


class Head(BaseModel):
    """What stands above the editor."""

    id: str = ""
    number: str = ""
    status: str = ""
    version: int = 0
    currency: str = "EUR"
    may_edit: bool = False
    may_share: bool = False


class OfferEditorState(PortalState, rx.State):
    can_edit: bool = False
    project: Project = Project()
    briefs: list[OfferBrief] = []
    wishes: list[WishView] = []

    head: Head = Head()
    outcome: Outcome = NO_OUTCOME
    fields: dict[str, str] = {}
    summary: dict[str, str] = {}
    is_recommended: bool = False
    lines: list[LineRow] = []
    sums: Sums = Sums()
    languages: list[str] = []
    text_language: str = "en"
    is_dirty: bool = False
    generation: int = 0  # part of the keys of inputs: they are made anew when what they show comes from the server
    dialog: str = ""  # share | withdraw | delete
    is_previewing: bool = False
    preview: OfferView = NO_OFFER

    _revision: int = 0
    _opened: dict[str, Any] = {}
    _next_key: int = 0
    _default_vat_rate_bp: int = 0
    _number_language: str = "en"

    # Reading

    @handler(STAFF)
    async def load(self):
        if self.is_dirty and self._query("offer") == self.head.id:  # after a lost connection what was written stays
            self._follow_project()
        else:
            await self._read(self._query("offer"), self._query("project"))

    def _follow_project(self) -> None:
        self._follow(live.opportunity_topic(self.project.id), by="refresh")

    async def _read(self, offer_id: str, project_id: str) -> None:
        self.is_previewing = False
        self.dialog, self.field_errors = "", {}
        actor = self._actor
        with self._reading():
            loaded = await run_read(read_desk, actor, offer_id, project_id)
            self.can_edit = actor.can(EDIT)
            self.project, self.briefs, self.wishes = loaded.project, loaded.briefs, loaded.wishes
            self._follow_project()
            self._open(loaded.offer)

    @handler(STAFF)
    async def refresh(self):
        """Something of the project changed elsewhere: the lists follow, what is in the editor is never touched."""
        loaded = await run_read(read_desk, self._actor, self.head.id, self.project.id)
        self.briefs, self.wishes = loaded.briefs, loaded.wishes
        offer = loaded.offer
        if offer is not None and (offer.revision, offer.status) != (self._revision, self.head.status):
            await self._say_changed()

    def _open(self, offer: StaffOffer | None) -> None:
        self.is_dirty = False
        self.generation += 1
        if offer is None:
            self.head = Head()
            return
        company, language = company_snapshot(), self._language
        self._number_language, self._revision = language, offer.revision
        self._default_vat_rate_bp = offer.default_vat_rate_bp
        self.head = Head(**offer.model_dump(include=set(Head.model_fields)))
        self.outcome = offer.outcome or NO_OUTCOME
        self.languages = list(company.languages)
        self.text_language = language if language in company.languages else company.default_language
        self.fields, self.summary = drafting.fields_of(offer, language), offer.summary
        self.is_recommended = offer.is_recommended
        rows = [drafting.row_of(key, line, language) for key, line in enumerate(offer.lines)]
        if not rows and offer.may_edit:
            rows = [drafting.empty_row(0, offer.default_vat_rate_bp, language)]
        self._next_key = len(rows)
        self._set_rows(rows)
        self._opened = self._draft()

    def _set_rows(self, rows: list[LineRow]) -> None:
        fallback = company_snapshot().default_language
        shown = [drafting.shown_in(row, self.text_language, fallback) for row in rows]
        self.lines, self.sums = drafting.reckoned(shown, self._number_language)

    # Writing the draft

    @handler(EDIT)
    async def set_field(self, name: str, value: str):
        async with self._keeping_errors():
            change = parse(drafting.FieldChange, {"name": name, "value": value})
            if self.fields.get(change.name, "") != change.value:
                self.fields = {**self.fields, change.name: change.value}
                self.is_dirty = True

    @handler(EDIT)
    async def set_summary(self, language: str, value: str):
        async with self._keeping_errors():
            change = parse(drafting.SummaryChange, {"language": language, "value": value})
            if self.summary.get(change.language, "") != change.value:
                self.summary = {**self.summary, change.language: change.value}
                self.is_dirty = True

    @handler(EDIT)
    async def set_recommended(self, is_on: bool):
        self.is_recommended, self.is_dirty = is_on is True, True

    @handler(EDIT)
    async def set_cell(self, key: int, name: str, value: str):
        async with self._keeping_errors():
            change = parse(drafting.CellChange, {"key": key, "name": name, "value": value})
            rows = [drafting.with_cell(row, change.name, change.value, self.text_language)
                    if row.key == change.key else row for row in self.lines]
            if [row.texts() for row in rows] != [row.texts() for row in self.lines]:
                self._set_rows(rows)
                self.is_dirty = True

    @handler(EDIT)
    async def add_line(self):
        if self.head.may_edit and len(self.lines) < rules.MOST_LINES:
            row = drafting.empty_row(self._next_key, self._default_vat_rate_bp, self._number_language)
            if self.lines:
                row.vat = self.lines[-1].vat
            self._next_key += 1
            self._set_rows([*self.lines, row])
            self.is_dirty = True

    @handler(EDIT)
    async def remove_line(self, key: int):
        async with self._keeping_errors():
            change = parse(drafting.RowChange, {"key": key})
            self._set_rows([row for row in self.lines if row.key != change.key])
            self.field_errors, self.is_dirty = {}, True

    @handler(EDIT)
    async def move_line(self, key: int, step: int):
        async with self._keeping_errors():
            change = parse(drafting.RowChange, {"key": key, "step": step})
            self._set_rows(drafting.moved(self.lines, change.key, change.step))
            self.field_errors, self.is_dirty = {}, True

    @handler(STAFF)
    async def write_in(self, language: str):
        """Switches the language in which descriptions are written."""
        async with self._keeping_errors():
            self.text_language = parse(drafting.SummaryChange, {"language": language}).language
            self._set_rows(self.lines)

    @asynccontextmanager
    async def _keeping_errors(self) -> AsyncIterator[None]:
        """What cannot be read changes nothing; errors that stand at their fields stay until the next try to save."""
        try:
            yield
        except InvalidForm:
            log.info("an edit was not understood")

    def _draft(self) -> dict[str, Any]:
        return {**self.fields, "summary": self.summary, "is_recommended": self.is_recommended,
                "lines": [row.texts() for row in self.lines]}

    # Saving and showing

    @handler(EDIT)
    async def save(self):
        async with self._showing_errors():
            form = parse_offer(self._draft(), self._number_language)
            try:
                await run_write(authoring.save_offer, self._actor, parse_id(self.head.id), self._revision, form)
            except ChangedMeanwhile:
                await self._take_in()
                return
            await self._read(self.head.id, "")
            if self.head.version:
                await self._notify(SHOWN_ANEW, version=self.head.version)
            else:
                await self._notify(SAVED)
        if self.field_errors:  # they may stand far from the button
            await self._notify(InvalidForm.text, "error")

    async def _take_in(self) -> None:
        """What somebody else saved, under what is written here; the lines are one entry. Who reads another language by
        now has other numbers: then all of it is kept."""
        mine, rows, language = self._draft(), self.lines, self._number_language
        changed = {name for name, entry in mine.items() if entry != self._opened.get(name) or language != self._language}
        await self._read(self.head.id, "")
        self._number_language = language
        self.fields = {name: mine[name] if name in changed else text for name, text in self.fields.items()}
        if "summary" in changed:
            self.summary = mine["summary"]
        if "is_recommended" in changed:
            self.is_recommended = mine["is_recommended"]
        if "lines" in changed:
            self._set_rows(rows)
            self._next_key = max((row.key for row in rows), default=-1) + 1
        self.is_dirty = True
        await self._notify(SAVE_AGAIN, "error")

    @handler(EDIT)
    async def discard(self):
        await self._read(self.head.id, "")

    @handler(EDIT)
    async def create(self):
        async with self._showing_errors():
            offer_id = await run_write(authoring.create_offer, self._actor, parse_id(self.project.id))
            return rx.redirect(f"/staff/offers?offer={offer_id}")

    @handler(EDIT)
    async def duplicate(self):
        async with self._showing_errors():
            offer_id = await run_write(authoring.duplicate_offer, self._actor, parse_id(self.head.id))
            return rx.redirect(f"/staff/offers?offer={offer_id}")

    @handler(STAFF)
    async def ask(self, what: str):
        """Opens the dialog before sharing, withdrawing or deleting."""
        async with self._showing_errors():
            if what == "share" and not any(row.is_understood for row in self.lines):
                raise OfferHasNoLines
            self.dialog = what if what in ("share", "withdraw", "delete") and not self.is_dirty else ""

    @handler(STAFF)
    async def dismiss(self):
        self.dialog = ""

    @handler(SHARE)
    async def share(self):
        await self._change(authoring.share_offer, SHARED)

    @handler(SHARE)
    async def withdraw(self):
        await self._change(authoring.withdraw_offer, WITHDRAWN)

    async def _change(self, service: Any, told: str) -> None:
        self.dialog = ""
        async with self._showing_errors():
            await run_write(service, self._actor, parse_id(self.head.id))
            await self._read(self.head.id, "")
            await self._notify(told)

    @handler(EDIT)
    async def delete(self):
        self.dialog = ""
        async with self._showing_errors():
            await run_write(authoring.delete_draft, self._actor, parse_id(self.head.id))
            await self._notify(DELETED)
            return rx.redirect(f"/staff/offers?project={self.project.id}")

    @handler(STAFF)
    async def toggle_preview(self):
        async with self._showing_errors():
            if self.is_previewing:
                self.is_previewing = False
                return
            self.preview = await run_read(authoring.preview_offer, self._actor, parse_id(self.head.id),
                                          self.text_language)
            self.is_previewing = True
