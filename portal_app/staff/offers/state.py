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
from ...core.drafts import ON, Draft, changed_fields
from ...core.errors import ChangedMeanwhile, InvalidForm, NotFound
from ...core.forms import parse, parse_id
from ...core.ids import new_id
from ...core.localized import in_language
from ...core.texts import LANGUAGES, msg, translate
from ...offers import authoring, rules
from ...offers.authoring import OfferBrief, StaffOffer, WishView
from ...offers.desk import Project, read_desk
from ...offers.errors import OfferHasNoLines
from ...offers.forms import parse_offer
from ...offers.rules import Unit
from ...offers.schemas import NO_OFFER, NO_OUTCOME, OfferView, Outcome
from ...ui.handlers import handler
from ..meanwhile import ConflictEntry, MeanwhileState
from . import drafting
from .drafting import LINES, LineRow, Sums

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


class OfferEditorState(MeanwhileState, rx.State):
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
    mark: str = ""  # of this state: another one means that the server has forgotten the draft
    kept: dict[str, Any] = {}

    LISTS = (LINES,)

    _revision: int = 0
    _next_key: int = 0
    _default_vat_rate_bp: int = 0
    _number_language: str = "en"

    # Reading

    @handler(STAFF)
    async def load(self):
        self.mark = self.mark or new_id()
        if self.is_dirty and self._query("offer") == self.head.id:  # after a lost connection what was written stays
            self._follow_project()
        else:
            await self._read(self._query("offer"), self._query("project"))

    def _follow_project(self) -> None:
        self._follow(live.opportunity_topic(self.project.id), by="refresh")

    async def _read(self, offer_id: str, project_id: str) -> None:
        self.is_previewing = False
        self.dialog = ""
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
        if offer is None:
            self.head, self.is_dirty, self.kept = Head(), False, {}
            return
        company, language = company_snapshot(), self._language
        self._know(offer)
        self._number_language, self._default_vat_rate_bp = language, offer.default_vat_rate_bp
        self.languages = list(company.languages)
        self.text_language = language if language in company.languages else company.default_language
        self._next_key = 0
        self._show_saved(drafting.draft_of(offer, language))

    def _know(self, offer: StaffOffer) -> None:
        """What is not in the draft."""
        self._revision, self.outcome = offer.revision, offer.outcome or NO_OUTCOME
        self.head = Head(**offer.model_dump(include=set(Head.model_fields)))

    def _draft(self) -> Draft:
        return {**self.fields, **drafting.summaries(self.summary), "is_recommended": ON if self.is_recommended else "",
                LINES: drafting.lines_text(self.lines)}

    def _put(self, draft: Draft) -> None:
        self.fields = {name: draft[name] for name in drafting.FIELDS}
        self.summary = {language: draft[f"summary.{language}"] for language in LANGUAGES}
        self.is_recommended = bool(draft["is_recommended"])
        rows = drafting.rows_of(draft[LINES])
        self._next_key = max([self._next_key, *(row.key + 1 for row in rows)])
        self._set_rows(rows)
        self.generation += 1
        self._note_changes()

    def _note_changes(self) -> None:
        draft = self._draft()
        self.is_dirty = bool(changed_fields(self._saved, draft))
        self.kept = {"mark": self.mark, "about": self.head.id, "revision": self._revision, "saved": self._saved,
                     "language": self._number_language, "draft": draft} if self.is_dirty else {}

    def _set_rows(self, rows: list[LineRow]) -> None:
        fallback = company_snapshot().default_language
        shown = [drafting.shown_in(row, self.text_language, fallback) for row in rows]
        self.lines, self.sums = drafting.reckoned(shown, self._number_language)

    def _change_rows(self, rows: list[LineRow]) -> None:
        self._set_rows(rows)
        self._note_changes()

    # Writing the draft

    @handler(EDIT)
    async def restore(self, entry: dict[str, Any]):
        """Takes over a draft that the browser kept; what others saved meanwhile is met when it is saved."""
        async with self._keeping_errors():
            kept = parse(drafting.KeptOffer, entry)
            if kept.about == self.head.id and self.head.may_edit and not self.is_dirty:
                self._saved, self._revision, self._number_language = kept.saved, kept.revision, kept.language
                self._put(kept.draft)

    @handler(EDIT)
    async def set_field(self, name: str, value: str):
        async with self._keeping_errors():
            change = parse(drafting.FieldChange, {"name": name, "value": value})
            if self.fields.get(change.name, "") != change.value:
                self.fields = {**self.fields, change.name: change.value}
                self._note_changes()

    @handler(EDIT)
    async def set_summary(self, language: str, value: str):
        async with self._keeping_errors():
            change = parse(drafting.SummaryChange, {"language": language, "value": value})
            if self.summary.get(change.language, "") != change.value:
                self.summary = {**self.summary, change.language: change.value}
                self._note_changes()

    @handler(EDIT)
    async def set_recommended(self, is_on: bool):
        self.is_recommended = is_on is True
        self._note_changes()

    @handler(EDIT)
    async def set_cell(self, key: int, name: str, value: str):
        async with self._keeping_errors():
            change = parse(drafting.CellChange, {"key": key, "name": name, "value": value})
            rows = [drafting.with_cell(row, change.name, change.value, self.text_language)
                    if row.key == change.key else row for row in self.lines]
            if [row.texts() for row in rows] != [row.texts() for row in self.lines]:
                self._change_rows(rows)

    @handler(EDIT)
    async def add_line(self):
        if self.head.may_edit and len(self.lines) < rules.MOST_LINES:
            row = drafting.empty_row(self._next_key, self._default_vat_rate_bp, self._number_language)
            if self.lines:
                row.vat = self.lines[-1].vat
            self._next_key += 1
            self._change_rows([*self.lines, row])

    @handler(EDIT)
    async def remove_line(self, key: int):
        async with self._keeping_errors():
            change = parse(drafting.RowChange, {"key": key})
            self._change_rows([row for row in self.lines if row.key != change.key])
            self.field_errors = {}

    @handler(EDIT)
    async def move_line(self, key: int, step: int):
        async with self._keeping_errors():
            change = parse(drafting.RowChange, {"key": key, "step": step})
            self._change_rows(drafting.moved(self.lines, change.key, change.step))
            self.field_errors = {}

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

    # Saving and showing

    @handler(EDIT)
    async def save(self):
        async with self._showing_errors():
            texts = {**self.fields, "summary": self.summary, "is_recommended": self.is_recommended,
                     "lines": [row.texts() for row in self.lines]}
            form = parse_offer(texts, self._number_language)
            try:
                await run_write(authoring.save_offer, self._actor, parse_id(self.head.id), self._revision, form)
            except ChangedMeanwhile:
                await self._meet_theirs()
                return
            await self._read(self.head.id, "")
            if self.head.version:
                await self._notify(SHOWN_ANEW, version=self.head.version)
            else:
                await self._notify(SAVED)
        if self.field_errors:  # they may stand far from the button
            await self._notify(InvalidForm.text, "error")

    async def _meet_theirs(self) -> None:
        loaded = await run_read(read_desk, self._actor, self.head.id, "")
        offer = loaded.offer
        if offer is None:
            raise NotFound
        self._know(offer)
        theirs = drafting.draft_of(offer, self._number_language, self._next_key)
        theirs[LINES] = drafting.known_again(theirs[LINES], self._saved[LINES])
        await self._meet(offer.changed_by, theirs)

    def _entries_in_words(self, field: str, text: str) -> list[ConflictEntry]:
        return [ConflictEntry(name=self._in_words(row)) for row in drafting.rows_of(text)] if field == LINES else []

    def _in_words(self, row: LineRow) -> str:
        """Module 450 W: 14 pcs × 168.50 · 21 %."""
        name = in_language(row.description, self.text_language, company_snapshot().default_language).partition("\n")[0]
        unit = translate(self._language, rules.UNIT_TEXTS[Unit(row.unit)])
        discount = f" − {row.discount}" if row.discount else ""
        return f"{name or '–'}: {row.quantity} {unit} × {row.price or '–'}{discount} · {row.vat} %"

    @handler(EDIT)
    async def choose_side(self, field: str, side: str):
        self._choose_side(field, side)

    @handler(EDIT)
    async def discard(self):
        await self._forget_notices()
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
