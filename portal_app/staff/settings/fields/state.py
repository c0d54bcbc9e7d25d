"""Dynamic fields: the list, and the draft of one until it is saved."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....access.actors import STAFF
from ....company.service import company_snapshot
from ....core.database import run_read, run_write
from ....core.drafts import Draft, changed_fields, part_of
from ....core.errors import ChangedMeanwhile, InvalidForm, NotFound
from ....core.forms import parse, parse_id
from ....core.ids import new_id
from ....core.localized import in_language
from ....core.texts import LANGUAGES, msg
from ....flows import field_service as fields
from ....flows.contents import company_today
from ....flows.field_forms import HELP_LENGTH, OPTION_LENGTH, parse_field
from ....flows.field_kinds import MOST_OPTIONS
from ....flows.fields import CHOICE_KINDS, FILE_TYPES, LIMITS_OF_KIND, FieldKind
from ....flows.rules import moved
from ....ui.handlers import handler
from ....ui.i18n import Said
from ...meanwhile import ConflictEntry, MeanwhileState
from . import drafting
from .drafting import GROUP, HELP, LABEL, LIMITS, OPTIONS, options_of, options_text
from .list_state import EDIT, NO_ROW, FieldListState
from .reading import FieldReading, countries_in, read_one
from .schemas import Choice, KeptField, OptionRow, PlaceRow

NEW = "new"


class FieldsState(FieldListState, MeanwhileState, rx.State):
    mode: str = ""  # list | editor | missing
    may_edit: bool = False
    languages: list[str] = []
    default_language: str = ""

    about: str = ""  # the address of the draft in the browser
    field_id: str = ""
    is_new: bool = False
    is_used: bool = False
    is_archived: bool = False
    title: str = ""
    kind: str = ""
    labels: dict[str, str] = {}
    helps: dict[str, str] = {}
    group: str = ""  # none | the place of a known group | new
    group_names: dict[str, str] = {}
    group_choices: list[Choice] = []
    options: list[OptionRow] = []
    limits: dict[str, str] = {}
    limit_names: list[str] = []
    file_types: list[str] = []
    countries: list[Choice] = []
    places: list[PlaceRow] = []
    revision: int = 0
    group_revision: int = 0  # its own: choosing a group takes back nothing that is being typed elsewhere
    change_count: int = 0
    changed_parts: list[str] = []
    kept: dict[str, Any] = {}
    mark: str = ""

    LISTS = (OPTIONS,)

    _version: int = 0
    _known_groups: list[dict[str, str]] = []

    # Loading

    @handler(STAFF)
    async def load(self):
        company = company_snapshot()
        self.may_edit, self.mark = self._actor.can(EDIT), self.mark or new_id()
        self.languages, self.default_language = list(company.languages), company.default_language
        self.archiving, self.deleting, self.renaming = NO_ROW, NO_ROW, ""
        asked = self._query("field")
        try:
            if not asked:
                await self._load_list()
                self.mode = "list"
                return
            self.countries = countries_in(self._language)
            if asked == self.about and self.change_count:
                return  # after a lost connection what was written stays
            await self._open(asked)
            self.mode = "editor"
        except NotFound:
            self.mode = "missing"

    async def _open(self, asked: str) -> None:
        reading = await run_read(read_one, self._actor, "" if asked == NEW else parse_id(asked))
        if asked == NEW and not self.may_edit:
            raise NotFound
        self.about, self.is_new = asked, asked == NEW
        self._show(reading)
        spec = reading.spec
        self.kind = "" if self.is_new else spec.kind.value
        self._show_saved(drafting.draft_of(spec))

    def _show(self, reading: FieldReading) -> None:
        """What is known beside the draft."""
        spec = reading.spec
        self.field_id, self._version = spec.id, reading.version
        self.title = in_language(spec.label, self._language, self.default_language)
        self.is_used, self.is_archived = reading.is_used, spec.is_archived
        self.places = reading.places(self._language, self.default_language)
        self._known_groups = reading.groups
        names = [in_language(group, self._language, self.default_language) for group in reading.groups]
        self.group_choices = [Choice(value=str(place), text=name) for place, name in enumerate(names)]

    # The draft

    def _draft(self) -> Draft:
        texts = {f"{part}.{language}": given.get(language, "")
                 for part, given in ((LABEL, self.labels), (HELP, self.helps), (GROUP, self.group_names))
                 for language in LANGUAGES}
        return {**texts, **{f"limit.{name}": self.limits.get(name, "") for name in LIMITS},
                OPTIONS: options_text(self.options)}

    def _put(self, draft: Draft) -> None:
        """Replaces the draft, also in the fields on the page."""
        self.labels, self.helps = drafting.texts_of(draft, LABEL), drafting.texts_of(draft, HELP)
        self._put_group(drafting.texts_of(draft, GROUP))
        self.limits = {name: draft.get(f"limit.{name}", "") for name in LIMITS}
        saved_keys = {row.key for row in options_of(self._saved.get(OPTIONS, ""))}
        self.options = [row.model_copy(update={"is_new": row.key not in saved_keys})
                        for row in options_of(draft.get(OPTIONS, ""))]
        self.revision += 1
        self.group_revision += 1
        self._note_changes()

    def _put_group(self, names: dict[str, str]) -> None:
        self.group_names = names
        written = {language: text for language, text in names.items() if text}
        known = next((str(place) for place, group in enumerate(self._known_groups) if group == written), NEW)
        self.group = known if written else "none"

    def _note_changes(self) -> None:
        draft = self._draft()
        changed = changed_fields(self._saved, draft)
        parts = {part_of(field) for field in changed}
        if self.is_new and self.kind:
            parts.add("kind")
            changed = ["kind", *changed]
        self.change_count, self.changed_parts = len(changed), sorted(parts)
        self.file_types = self.limits.get("file_types", "").split()
        self.limit_names = list(LIMITS_OF_KIND[FieldKind(self.kind)]) if self.kind else []
        self.kept = {"mark": self.mark, "about": self.about, "kind": self.kind, "version": self._version,
                     "saved": self._saved, "draft": draft} if changed else {}

    @handler(EDIT)
    async def restore(self, entry: dict[str, Any]):
        """Takes over a draft that the browser kept; what others saved meanwhile is met when it is saved."""
        async with self._showing_errors():
            kept = parse(KeptField, entry)
            if kept.about != self.about or self.change_count:
                return
            if self.is_new:
                self.kind = kept.kind
            self._saved, self._version = kept.saved, kept.version
            self._put(kept.draft)

    @handler(EDIT)
    def choose_kind(self, kind: str):
        if self.is_new and kind in tuple(FieldKind):
            self.kind = kind
            if FieldKind(kind) in CHOICE_KINDS and not self.options:
                self.options = [self._new_option(), self._new_option()]
            self._note_changes()

    @handler(EDIT)
    def write(self, field: str, text: str):
        """A text of the question, its help or its group, or a limit."""
        part, _, name = str(field).partition(".")
        text = str(text)[:HELP_LENGTH]
        if part == LABEL and name in LANGUAGES:
            self.labels = {**self.labels, name: text}
        elif part == HELP and name in LANGUAGES:
            self.helps = {**self.helps, name: text}
        elif part == GROUP and name in LANGUAGES:
            self.group_names = {**self.group_names, name: text}
        elif part == "limit" and name in LIMITS:
            self.limits = {**self.limits, name: text}
        self._note_changes()

    @handler(EDIT)
    def choose_group(self, value: str):
        if value == NEW:
            self.group, self.group_names = NEW, dict.fromkeys(LANGUAGES, "")
        elif value.isdecimal() and int(value) < len(self._known_groups):
            chosen = self._known_groups[int(value)]
            self.group, self.group_names = value, {language: chosen.get(language, "") for language in LANGUAGES}
        else:
            self.group, self.group_names = "none", dict.fromkeys(LANGUAGES, "")
        self.group_revision += 1
        self._note_changes()

    @handler(EDIT)
    def choose_file_type(self, kind: str, is_ticked: bool):
        chosen = {*self.file_types, kind} if is_ticked is True else {*self.file_types} - {kind}
        self.limits = {**self.limits, "file_types": " ".join(each for each in FILE_TYPES if each in chosen)}
        self._note_changes()

    # Answers to choose from

    def _new_option(self) -> OptionRow:
        return OptionRow(key=new_id()[-12:], label=dict.fromkeys(LANGUAGES, ""), is_new=True)

    @handler(EDIT)
    def add_option(self):
        if len(self.options) < MOST_OPTIONS:
            self._change_options([*self.options, self._new_option()])

    @handler(EDIT)
    def write_option(self, key: str, language: str, text: str):
        if language in LANGUAGES:
            text = str(text)[:OPTION_LENGTH]
            self._change_options([row.model_copy(update={"label": {**row.label, language: text}})
                                  if row.key == key else row for row in self.options])

    @handler(EDIT)
    def retire_option(self, key: str, is_retired: bool):
        self._change_options([row.model_copy(update={"is_retired": is_retired is True}) if row.key == key else row
                              for row in self.options])

    @handler(EDIT)
    def remove_option(self, key: str):
        """Only one that was never saved: answers may hold the others."""
        self._change_options([row for row in self.options if row.key != key or not row.is_new])

    @handler(EDIT)
    def move_option(self, kind: str, key: str, parent: str, position: int):
        found = next((row for row in self.options if row.key == key), None)
        if found is not None and isinstance(position, int):
            self._change_options(moved(self.options, found, position))

    def _change_options(self, rows: list[OptionRow]) -> None:
        """What is no longer offered stands last."""
        self.options = sorted(rows, key=lambda row: row.is_retired)
        self._note_changes()

    def _show_option_errors(self) -> None:
        offered = [row.key for row in self.options if not row.is_retired]
        told = {key: self.field_errors.get(f"options.{place}") or self.field_errors.get(f"options.{place}.label") or Said()
                for place, key in enumerate(offered)}
        self.options = [row.model_copy(update={"error": told.get(row.key, Said())}) for row in self.options]

    # Saving

    @handler(EDIT)
    def discard(self):
        if self.is_new:
            self.kind = ""
        self._show_saved()

    @handler(EDIT)
    async def save(self):
        self.busy = True
        yield
        async with self._showing_errors():
            entries = drafting.entries_of(self._draft(), FieldKind(self.kind))
            form = parse_field(entries, self.default_language, company_today())
            if self.is_new:
                made = await run_write(fields.create_field, self._actor, form)
                self.change_count, self.kept = 0, {}
                await self._notify(msg("Saved. Substages can ask for it now."))
                yield  # the guard of the page knows that nothing is left to lose
                yield rx.redirect(f"/staff/settings/fields?field={made.id}")
                return
            try:
                await run_write(fields.save_field, self._actor, self.field_id, form, self._version)
            except ChangedMeanwhile:
                reading = await run_read(read_one, self._actor, self.field_id)
                self._show(reading)
                await self._meet(reading.changed_by, drafting.draft_of(reading.spec))
                return
            await self._open(self.field_id)
            await self._notify(msg("Saved. It holds from now on."))
        self._show_option_errors()
        if self.field_errors:
            await self._notify(InvalidForm.text, "error")

    def _entries_in_words(self, field: str, text: str) -> list[ConflictEntry]:
        return [ConflictEntry(name=in_language(row.label, self._language, self.default_language))
                for row in options_of(text)] if field == OPTIONS else []

    @handler(EDIT)
    def choose_side(self, field: str, side: str):
        self._choose_side(field, side)
