"""E-mail templates: the list, and the draft of one until it is saved."""

from __future__ import annotations

import re
from typing import Any

import reflex as rx
from pydantic import BaseModel

from ....access.actors import STAFF, Permission
from ....automations.service import delete_template
from ....company.service import company_snapshot
from ....company.theme import THEMES
from ....core.database import run_read, run_write
from ....core.drafts import ON, Draft, changed_fields
from ....core.errors import ChangedMeanwhile, InvalidForm, NotFound
from ....core.forms import parse
from ....core.texts import LANGUAGES, msg
from ....messaging.rules import LONGEST_BODY, LONGEST_SUBJECT
from ....messaging.service import Trouble, get_trouble
from ....messaging.templates import (
    NEW,
    DraftForm,
    TemplateForm,
    TemplateRow,
    is_own,
    list_templates,
    preview_template,
    read_template,
    save_template,
    send_test,
)
from ....messaging.variables import Trust, Use, variables_of
from ....ui.handlers import handler
from ....ui.i18n import Said, say_values
from ...meanwhile import MeanwhileState

EDIT = Permission.EDIT_TEMPLATES
LIST = "/staff/settings/templates"
# A frame inherits the page's policy, which knows no style sheet of a mail; what stands at the elements is enough.
_SHEETS = re.compile(r"<style.*?</style>|<!--.*?-->", re.DOTALL)


def draft_of(template: Any) -> Draft:
    """Of one that is stored, read or being written."""
    return {"name": template.name, "needs_consent": ON if template.needs_consent else "",
            **{f"{part}.{language}": texts.get(language, "")
               for part, texts in (("subject", template.subject), ("body", template.body)) for language in LANGUAGES}}


class VariableRow(BaseModel):
    name: str
    is_link: bool


class TemplatesState(MeanwhileState, rx.State):
    rows: list[TemplateRow] = []
    trouble: Trouble = Trouble()
    may_edit: bool = False

    key: str = ""
    use: str = ""
    name: str = ""
    subject: dict[str, str] = {}
    body: dict[str, str] = {}
    needs_consent: bool = False
    is_own: bool = False
    is_deleting: bool = False
    language: str = "en"
    languages: list[str] = []
    default_language: str = ""
    missing: list[str] = []
    variables: list[VariableRow] = []
    revision: int = 0
    is_changed: bool = False
    subject_error: Said = Said()
    body_error: Said = Said()
    preview_subject: str = ""
    preview_html: str = ""
    preview_scheme: str = "light"
    erring: list[str] = []

    _version: int = 0

    @handler(STAFF)
    async def load(self):
        self.may_edit = self._actor.can(EDIT)
        if self.may_edit:
            key = self._query("template")
            if not (self.is_changed and key == self.key):  # after a lost connection what was written stays
                await self._open(key)
        self.is_loaded = True

    async def _open(self, key: str) -> None:
        self.is_missing, self.key, self.is_changed, self.is_deleting = False, "", False, False
        if not key:
            self.rows = await run_read(list_templates, self._actor)
            if self._actor.can(Permission.SEE_MAIL):
                self.trouble = await run_read(get_trouble, self._actor)
            return
        try:
            found = await run_read(read_template, self._actor, key[:60])
        except NotFound:
            self.is_missing = True
            return
        company = company_snapshot()
        self.languages, self.default_language = list(company.languages), company.default_language
        if self.language not in self.languages or self.use != found.use:
            self.language = company.default_language
        self.key, self.use, self._version = found.key, found.use, found.version
        self.is_own = found.is_own and found.version > 0
        self.variables = [VariableRow(name=each.name, is_link=each.trust is Trust.LINK)
                          for each in variables_of(found.use)]
        self._show_saved(draft_of(found))
        await self._look()

    def _draft(self) -> Draft:
        return draft_of(self)

    def _put(self, draft: Draft) -> None:
        self.name, self.needs_consent = draft["name"], bool(draft["needs_consent"])
        self.subject = {language: draft[f"subject.{language}"] for language in LANGUAGES}
        self.body = {language: draft[f"body.{language}"] for language in LANGUAGES}
        self.revision += 1
        self.erring = []
        self._note_changes()

    def _note_changes(self) -> None:
        self.is_changed = bool(changed_fields(self._saved, self._draft()))
        self.missing = [language for language in self.languages if not self.body[language].strip()]

    async def _look(self) -> None:
        """The preview of the language that is shown, or what is wrong with it at its field."""
        self.subject_error = self.body_error = Said()
        self.erring = [language for language in self.erring if language != self.language]
        if not (self.body[self.language].strip() or self.subject[self.language].strip()):
            self.preview_html = self.preview_subject = ""
            return
        try:
            draft = self._shown().model_copy(update={"is_dark": self.preview_scheme == "dark"})
            written = await run_read(preview_template, self._actor, self.key, draft)
        except InvalidForm as invalid:
            self._tell(invalid)
        else:
            self.preview_subject, self.preview_html = written.subject, _SHEETS.sub("", written.html)

    def _shown(self) -> DraftForm:
        """What stands in the editor in the language that is shown."""
        return parse(DraftForm, {"language": self.language, "subject": self.subject[self.language],
                                 "body": self.body[self.language], "needs_consent": self.needs_consent})

    def _tell(self, invalid: InvalidForm) -> None:
        said = {field: say_values(*told) for field, told in invalid.errors.items()}
        self.subject_error = said.get(f"subject.{self.language}", Said())
        self.body_error = said.get(f"body.{self.language}", Said())
        wrong = {field.rpartition(".")[2] for field in said}
        self.erring = sorted({*self.erring, *wrong} & set(LANGUAGES))

    # Writing

    @handler(EDIT)
    def write_name(self, text: str):
        if self.key:
            self.name = str(text)[:120]
            self._note_changes()

    @handler(EDIT)
    async def choose_consent(self, needs_consent: bool):
        if self.key and self.use == Use.STEP:
            self.needs_consent = needs_consent is True
            self._note_changes()
            await self._look()

    @handler(EDIT)
    async def write_subject(self, language: str, text: str):
        if self.key and language in LANGUAGES:
            self.subject = {**self.subject, language: str(text)[:2 * LONGEST_SUBJECT]}
            self._note_changes()
            await self._look()

    @handler(EDIT)
    async def write_body(self, language: str, text: str):
        if self.key and language in LANGUAGES:
            self.body = {**self.body, language: str(text)[:2 * LONGEST_BODY]}
            self._note_changes()
            await self._look()

    @handler(EDIT)
    async def show_language(self, language: str):
        if self.key and language in self.languages:
            self.language = language
            self.revision += 1
            await self._look()

    @handler(EDIT)
    async def show_scheme(self, scheme: str):
        """As a light or a dark device shows the mail."""
        if self.key and scheme in THEMES:
            self.preview_scheme = scheme
            await self._look()

    @handler(EDIT)
    async def discard(self):
        if self.key:
            await self._forget_notices()
            self._show_saved()
            await self._look()

    @handler(EDIT)
    async def choose_side(self, field: str, side: str):
        if self.conflict_with:
            self._choose_side(field, side)
            await self._look()

    @handler(EDIT)
    async def save(self):
        self.busy = True
        yield
        async with self._showing_errors():
            try:
                form = parse(TemplateForm, {"version": self._version, "name": self.name, "subject": self.subject,
                                            "body": self.body, "needs_consent": self.needs_consent})
                saved = await run_write(save_template, self._actor, self.key, form)
            except ChangedMeanwhile:
                found = await run_read(read_template, self._actor, self.key)
                self._version = found.version
                await self._meet(await self._last_editor("email_template", self.key), draft_of(found))
                await self._look()
                return
            except InvalidForm as invalid:
                self._tell(invalid)
                if self.erring and self.language not in self.erring:
                    self.language = self.erring[0]
                    self.revision += 1
                    self._tell(invalid)
                raise
            is_new, self.key, self._version = self.key == NEW, saved.key, saved.version
            self.is_own = is_own(saved.key)
            self._show_saved(draft_of(saved))
            await self._look()
            await self._notify(msg("Saved. Mails say it from now on."))
            if is_new:
                yield  # nothing is left to lose before the page is left
                yield rx.redirect(f"{LIST}?template={saved.key}", replace=True)
        if self.field_errors:
            await self._notify(InvalidForm.text, "error")

    @handler(EDIT)
    def ask_to_delete(self):
        self.is_deleting = self.is_own

    @handler(EDIT)
    def stop_deleting(self):
        self.is_deleting = False

    @handler(EDIT)
    async def delete(self):
        self.is_deleting = False
        async with self._showing_errors():
            await run_write(delete_template, self._actor, self.key)
            self.key, self.is_changed = "", False
            await self._notify(msg("Deleted."))
            yield
            yield rx.redirect(LIST)

    @handler(EDIT)
    async def send_test(self):
        """To oneself, with sample values, as it stands in the editor."""
        if not self.key:
            return
        async with self._showing_errors():
            try:
                address = await run_write(send_test, self._actor, self.key, self._shown())
            except InvalidForm as invalid:
                self._tell(invalid)
                return
            await self._notify(msg("A test mail is on its way to {address}."), address=address)
