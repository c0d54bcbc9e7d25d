"""Conditions: the list, the versions of one, and the draft of a version until it is saved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import reflex as rx

from ....access.actors import STAFF, Permission
from ....company.service import company_snapshot
from ....core.clock import now
from ....core.database import run_read, run_write
from ....core.drafts import Draft, changed_fields
from ....core.errors import ChangedMeanwhile, InvalidForm, NotFound
from ....core.forms import parse, parse_id
from ....core.ids import new_id
from ....core.localized import in_language
from ....core.texts import LANGUAGES, msg
from ....flows import conditions
from ....flows.configuring import withdraw_wording
from ....flows.contents import company_today
from ....flows.field_forms import CONDITION_LENGTH, NAME_LENGTH, TITLE_LENGTH, ConditionForm, WordingForm
from ....ui.handlers import handler
from ...meanwhile import MeanwhileState
from . import schemas
from .reading import ConditionReading, day_starts, read_list, read_one
from .schemas import DAY, NOW, ConditionRow, KeptVersion, NameForm, PlaceRow, VersionRow, draft_of, newest_of

EDIT = Permission.EDIT_CONDITIONS
LIST = "/staff/settings/conditions"
NEW = "new"
NOT_TO_COME = msg("Please choose a day to come, or let it hold as soon as it is saved.")


class ConditionsState(MeanwhileState, rx.State):
    mode: str = ""  # list | one | missing
    may_edit: bool = False
    languages: list[str] = []
    default_language: str = ""

    rows: list[ConditionRow] = []
    has_rows: bool = False
    archived_count: int = 0
    shows_archived: bool = False
    is_naming: bool = False
    asking: str = ""  # archive | delete | delete-version: the dialog that is open

    about: str = ""
    is_new: bool = False
    condition_id: str = ""
    name: str = ""
    number: int = 0  # of the version in effect; 0: none
    is_archived: bool = False
    is_used: bool = False
    versions: list[VersionRow] = []
    places: list[PlaceRow] = []
    asking_again_count: int = 0
    shown_id: str = ""
    shown_number: int = 0

    is_writing: bool = False
    shows_draft: bool = False  # the preview; else it shows the version that was chosen to be read
    version_id: str = ""  # the coming version that is changed; empty: a new one
    new_name: str = ""
    has_coming: bool = False
    titles: dict[str, str] = {}
    texts: dict[str, str] = {}
    starts: str = NOW
    day: str = ""
    earliest_day: str = ""
    language: str = "en"
    preview_language: str = "en"
    preview_title: str = ""
    preview_text: str = ""
    missing_texts: list[str] = []
    is_changed: bool = False
    revision: int = 0
    text_revision: int = 0  # its own: another language takes back nothing that is being typed elsewhere
    kept: dict[str, Any] = {}
    mark: str = ""

    _version: int = 0

    # Loading

    @handler(STAFF)
    async def load(self):
        company = company_snapshot()
        self.may_edit, self.mark = self._actor.can(EDIT), self.mark or new_id()
        self.languages, self.default_language = list(company.languages), company.default_language
        self.is_naming, self.asking = False, ""
        asked = self._query("condition")
        try:
            if not asked:
                self.condition_id = ""
                await self._load_list()
                self.mode = "list"
                return
            is_writing = asked == self.about and self.is_changed
            if not is_writing:
                self.language, self.is_writing, self.shown_id = company.default_language, False, ""
                self._forget()
            self.about, self.is_new = asked, asked == NEW
            if self.is_new:
                self._begin_new(is_writing)
            else:
                begun = self._version
                await self._reload(parse_id(asked))
                self._version = begun if is_writing else self._version  # what others saved is met when it is saved
            self.mode = "one"
        except NotFound:
            self.mode = "missing"

    def _begin_new(self, is_writing: bool) -> None:
        if not self.may_edit:
            raise NotFound
        if not is_writing:
            self.condition_id, self.name, self.new_name, self.number, self.versions, self.places = "", "", "", 0, [], []
            self.is_archived, self.is_used, self.has_coming, self.asking_again_count = False, False, False, 0
            self.earliest_day = (company_today() + timedelta(days=1)).isoformat()
            self._write("", newest_of(self.versions, self.earliest_day))

    async def _load_list(self) -> None:
        rows = await run_read(read_list, self._actor)
        self.archived_count, self.has_rows = sum(row.is_archived for row in rows), bool(rows)
        self.rows = [row for row in rows if self.shows_archived or not row.is_archived]

    async def _reload(self, condition_id: str) -> None:
        """What is saved, as it is now; what is being written stays."""
        reading: ConditionReading = await run_read(read_one, self._actor, condition_id, self._language)
        row = reading.row
        self.condition_id, self.name, self.number = row.id, row.name, row.number
        self._version = reading.version
        self.is_archived, self.is_used = row.is_archived, row.is_used
        self.versions, self.places = reading.versions, reading.places
        self.has_coming = bool(schemas.coming_id(self.versions))
        self.asking_again_count = sum(place.asks_again for place in reading.places)
        self.earliest_day = (company_today() + timedelta(days=1)).isoformat()
        if self._shown() is None:
            in_effect = (row for row in self.versions if row.status == schemas.IN_EFFECT)
            first = next(in_effect, None) or next(iter(self.versions), None)
            self.shown_id = first.id if first else ""
        self._look()

    def _shown(self) -> VersionRow | None:
        return next((row for row in self.versions if row.id == self.shown_id), None)

    def _look(self) -> None:
        """The preview: of what is written, else of the version that is shown."""
        shown = self._shown()
        titles, texts = (self.titles, self.texts) if self.is_writing and self.shows_draft else (
            (shown.title, shown.text) if shown else ({}, {}))
        self.shown_number = shown.number if shown else 0
        is_there = bool(texts.get(self.language, "").strip())
        self.preview_language = self.language if is_there or not any(texts.values()) else self.default_language
        self.preview_title = in_language(titles, self.preview_language, self.default_language)
        self.preview_text = in_language(texts, self.preview_language, self.default_language)

    # Reading

    @handler(STAFF)
    async def show_archived(self, is_on: bool):
        self.shows_archived = is_on is True
        async with self._showing_errors():
            await self._load_list()

    @handler(STAFF)
    def show_version(self, version_id: str):
        if any(row.id == version_id for row in self.versions):
            if self.is_writing and not self.is_changed:
                self.is_writing = False
            self.shown_id, self.shows_draft = version_id, False
            self._look()

    @handler(STAFF)
    def show_language(self, language: str):
        if language in self.languages:
            self.language = language
            self.text_revision += 1
            self._look()

    # The name

    @handler(EDIT)
    def begin_renaming(self):
        self.field_errors, self.is_naming = {}, bool(self.condition_id)

    @handler(EDIT)
    def stop_naming(self):
        self.is_naming, self.field_errors = False, {}

    @handler(EDIT)
    async def save_name(self, entries: dict[str, Any]):
        async with self._showing_errors():
            name = parse(NameForm, {"name": entries.get("name") or ""}).name
            await run_write(conditions.rename_condition, self._actor, self.condition_id, name, self._version)
            self.is_naming = False
            await self._reload(self.condition_id)

    @handler(EDIT)
    def write_name(self, text: str):
        if self.is_new:
            self.new_name = str(text)[:NAME_LENGTH]
            self._note_changes()

    # Writing a version

    @handler(EDIT)
    def begin_writing(self):
        """A new version; it begins with the words of the newest one."""
        if self.mode == "one" and not self.is_changed and not self.has_coming:
            self._write("", newest_of(self.versions, self.earliest_day))

    @handler(EDIT)
    def begin_changing(self, version_id: str):
        if self.has_coming and version_id == schemas.coming_id(self.versions) and not self.is_changed:
            self._write(version_id, newest_of(self.versions, self.earliest_day))

    def _write(self, version_id: str, words: Draft) -> None:
        self.version_id, self.is_writing = version_id, True
        self._show_saved(words)

    def _draft(self) -> Draft:
        return draft_of(self.titles, self.texts, self.starts, self.day)

    def _put(self, draft: Draft) -> None:
        self.titles = {language: draft[f"title.{language}"] for language in LANGUAGES}
        self.texts = {language: draft[f"text.{language}"] for language in LANGUAGES}
        self.starts, self.day = draft["starts"], draft["day"]
        self.revision += 1
        self.text_revision += 1
        self._note_changes()

    def _note_changes(self) -> None:
        self.shows_draft = True
        draft = self._draft()
        self.is_changed = self.is_writing and bool(changed_fields(self._saved, draft) or (self.is_new and self.new_name))
        self.missing_texts = [language for language in self.languages if not self.texts.get(language, "").strip()]
        self.kept = {
            "mark": self.mark, "about": self.about, "version_id": self.version_id, "name": self.new_name,
            "version": self._version, "saved": self._saved, "draft": draft,
        } if self.is_changed else {}
        self._look()

    def _forget(self) -> None:
        self.is_changed, self.kept = False, {}
        self._forget_conflicts()

    @handler(EDIT)
    async def restore(self, entry: dict[str, Any]):
        """Takes over a version that the browser kept."""
        async with self._showing_errors():
            kept = parse(KeptVersion, entry)
            if kept.about != self.about or self.is_changed:
                return
            self._write(kept.version_id if kept.version_id == schemas.coming_id(self.versions) else "", kept.saved)
            self._version, self.new_name = kept.version, kept.name if self.is_new else ""
            self._put(kept.draft)

    @handler(EDIT)
    def write_title(self, language: str, text: str):
        if self.is_writing and language in LANGUAGES:
            self.titles = {**self.titles, language: str(text)[:TITLE_LENGTH]}
            self._note_changes()

    @handler(EDIT)
    def write_text(self, language: str, text: str):
        if self.is_writing and language in LANGUAGES:
            self.texts = {**self.texts, language: str(text)[:CONDITION_LENGTH]}
            self._note_changes()

    @handler(EDIT)
    def choose_start(self, starts: str):
        if self.is_writing:
            self.starts = DAY if starts == DAY else NOW
            self._note_changes()

    @handler(EDIT)
    def choose_day(self, day: str):
        if self.is_writing:
            self.day = str(day)[:10]
            self._note_changes()

    @handler(EDIT)
    def discard(self):
        self._forget()
        if self.is_new:
            self._begin_new(is_writing=False)
        else:
            self.is_writing = False
        self._look()

    @handler(EDIT)
    async def save(self):
        self.busy = True
        yield
        async with self._showing_errors():
            if not self.is_writing:
                return
            wording = {"title": self.titles, "text": self.texts, "effective_at": self._effective_at()}
            if self.is_new:
                form = parse(ConditionForm, {"name": self.new_name, **wording})
                made = await run_write(conditions.create_condition, self._actor, form)
                self._forget()
                await self._notify(msg("Saved."))
                yield  # the guard of the page knows that nothing is left to lose
                yield rx.redirect(f"{LIST}?condition={made.id}")
                return
            form = parse(WordingForm, wording)
            try:
                await run_write(conditions.save_wording, self._actor, self.condition_id, form, self._version)
            except ChangedMeanwhile:
                await self._meet_theirs()
                return
            self.is_writing, self.shown_id = False, ""
            self._forget()
            await self._reload(self.condition_id)
            await self._notify(msg("Saved."))
        if self.field_errors:
            await self._notify(InvalidForm.text, "error")

    async def _meet_theirs(self) -> None:
        """Where theirs is not one to come, when mine starts is mine alone to say."""
        await self._reload(self.condition_id)
        self.version_id, theirs = schemas.coming_id(self.versions), newest_of(self.versions, self.earliest_day)
        if not self.version_id:
            theirs |= {"starts": self._saved["starts"], "day": self._saved["day"]}
        await self._meet(await self._last_editor("condition", self.condition_id), theirs)

    @handler(EDIT)
    def choose_side(self, field: str, side: str):
        self._choose_side(field, side)

    def _effective_at(self) -> datetime | None:
        """The beginning of the chosen day where the company is; None: at once."""
        if self.starts == NOW:
            return None
        begins = day_starts(self.day)
        if begins is None or begins <= now():
            raise InvalidForm({"effective_at": (NOT_TO_COME, {})})
        return begins

    # What destroys

    @handler(EDIT)
    def ask_to_archive(self):
        self.asking = "archive"

    @handler(EDIT)
    def ask_to_delete(self):
        self.asking = "delete"

    @handler(EDIT)
    def ask_to_withdraw(self):
        self.asking = "withdraw"

    @handler(EDIT)
    def stop_asking(self):
        self.asking = ""

    @handler(EDIT)
    async def archive(self):
        self.asking = ""
        async with self._showing_errors():
            await run_write(conditions.archive_condition, self._actor, parse_id(self.condition_id))
            await self._reload(self.condition_id)
            await self._notify(msg("Archived. Nobody is asked for it any more."))

    @handler(EDIT)
    async def bring_back(self):
        async with self._showing_errors():
            await run_write(conditions.restore_condition, self._actor, parse_id(self.condition_id))
            await self._reload(self.condition_id)

    @handler(EDIT)
    async def delete(self):
        self.asking = ""
        async with self._showing_errors():
            done = await run_write(conditions.remove_condition, self._actor, parse_id(self.condition_id))
            self._forget()
            self.is_writing = False
            await self._notify(msg("Deleted.") if done == "deleted" else msg("It is in use meanwhile, so it was archived."))
            yield
            yield rx.redirect(LIST)

    @handler(EDIT)
    async def withdraw(self):
        self.asking = ""
        async with self._showing_errors():
            await run_write(withdraw_wording, self._actor, parse_id(self.condition_id), self._version)
            if self.version_id:
                self.is_writing = False
                self._forget()
            await self._reload(self.condition_id)
            await self._notify(msg("Deleted."))
