"""What the help page knows: the list, one case (`?case=`), or the form of a new one (`?new=1`)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ...access.actors import CUSTOMER, Actor
from ...core import live
from ...core.cursors import PageOf
from ...core.database import run_read, run_write
from ...core.errors import InvalidForm
from ...core.forms import parse, parse_id
from ...core.texts import msg
from ...documents.service import FileView
from ...support import listing, service
from ...support.rules import CaseForm, CommentForm, DraftForm
from ...support.schemas import MessageView, NewCase, OwnCase, OwnCasePage, OwnCaseRow, TypeChoice
from ...ui.handlers import handler
from ...ui.shell_state import PortalState

CASES = "/cases"
_NEVER = "1970-01-01T00:00:00+00:00"
NO_CASE = OwnCase.model_validate({"id": "", "number": "", "title": "", "type_name": "", "state": "", "opened_at": _NEVER})


class Option(BaseModel):
    value: str
    text: str


class Loaded(BaseModel):
    mode: str
    page: OwnCasePage = OwnCasePage()
    case: OwnCase | None = None
    form: NewCase | None = None


def load_cases(session: Session, actor: Actor, asked: dict[str, str], language: str, future_id: str = "") -> Loaded:
    """What the address asks for; a new case keeps the id that the page has given it, while that is free."""
    if asked["case"]:
        return Loaded(mode="case", case=listing.get_own_case(session, actor, parse_id(asked["case"]), language))
    if asked["new"]:
        return Loaded(mode="new", form=listing.get_new_case(session, actor, asked["project"], language, future_id))
    try:
        page = parse(PageOf, {"after": asked["after"], "before": asked["before"]})
    except InvalidForm:
        page = PageOf()
    return Loaded(mode="list", page=listing.list_own_cases(session, actor, page, language))


class CasesState(PortalState, rx.State):
    mode: str = "list"
    rows: list[OwnCaseRow] = []
    has_next: bool = False
    has_previous: bool = False
    is_first_page: bool = True
    case: OwnCase = NO_CASE
    messages: list[MessageView] = []
    reply: str = ""
    types: list[TypeChoice] = []
    type_hint: str = ""
    type_options: list[Option] = []
    project_options: list[Option] = []
    type_id: str = ""
    project_id: str = ""
    title: str = ""
    text: str = ""
    files: list[FileView] = []
    future_id: str = ""
    is_kept: bool = False
    revision: int = 0
    is_closing: bool = False
    _are_fields_old: bool = True
    _next: str = ""
    _previous: str = ""

    @handler(CUSTOMER)
    async def load(self):
        self.is_closing, self.field_errors = False, {}
        await self._read_anew()

    async def _read_anew(self) -> None:
        """The fields show what was kept of the drafts, now or as soon as it can be read."""
        self._are_fields_old = True
        await self._read()

    async def _read(self) -> None:
        actor = self._actor
        self._follow(live.contact_topic(actor.id), live.account_topic(actor.account_id), live.COMPANY_TOPIC, by="refresh")
        asked = {name: self._query(name) for name in ("case", "new", "project", "after", "before")}
        with self._reading():
            loaded = await run_read(load_cases, actor, asked, self._language, self.future_id)
            self.mode = loaded.mode
            self.rows, self._next, self._previous = loaded.page.rows, loaded.page.next, loaded.page.previous
            self.has_next, self.has_previous = bool(self._next), bool(self._previous)
            self.is_first_page = not (asked["after"] or asked["before"])
            if loaded.case is not None:
                self._show_case(loaded.case)
            if loaded.form is not None:
                self._show_form(loaded.form)
            self._are_fields_old = False

    def _show_case(self, case: OwnCase) -> None:
        if self._are_fields_old:
            self.reply, self.is_kept = case.draft, bool(case.draft)
            self.revision += 1
        self.messages = case.messages
        self.case = case.model_copy(update={"messages": [], "draft": ""})

    def _show_form(self, form: NewCase) -> None:
        self.types = form.types
        self.type_options = [Option(value=each.id, text=each.name) for each in form.types]
        self.project_options = [Option(value=each.id, text=each.name) for each in form.projects]
        self.future_id, self.files = form.future_id, form.files
        if self._are_fields_old:
            self.type_id, self.project_id = form.type_id, form.opportunity_id
            self.title, self.text = form.title, form.text
            self.is_kept = bool(form.title or form.text)
            self.revision += 1
        self._show_hint()

    def _show_hint(self) -> None:
        self.type_hint = next((each.hint for each in self.types if each.id == self.type_id), "")

    @handler(CUSTOMER)
    async def retry(self):
        self.is_loaded = False
        yield
        await self._read()

    @handler(CUSTOMER)
    async def refresh(self):
        """The server's words once more, after a change elsewhere or in another language; what is being written stays."""
        await self._read()

    @handler(CUSTOMER)
    async def go_next(self):
        return rx.redirect(f"{CASES}?{urlencode({'after': self._next})}")

    @handler(CUSTOMER)
    async def go_previous(self):
        return rx.redirect(f"{CASES}?{urlencode({'before': self._previous})}")

    # A new case

    @handler(CUSTOMER)
    async def write(self, field: str, value: str):
        """Keeps what is being written; a field of the form, or the reply of the case that is shown."""
        self.is_kept = False
        with suppress(InvalidForm):  # an unfinished text is no mistake yet; it is told when it is sent
            if field == "reply" and self.mode == "case":
                self.reply = str(value)
                await self._keep({"case_id": self.case.id, "text": self.reply})
            elif field in ("type_id", "project_id", "title", "text") and self.mode == "new":
                setattr(self, field, str(value))
                self._show_hint()
                await self._keep({"future_id": self.future_id, "type_id": self.type_id, "title": self.title,
                                  "opportunity_id": self.project_id, "text": self.text})

    async def _keep(self, values: dict[str, str]) -> None:
        await run_write(service.save_draft, self._actor, parse(DraftForm, values))
        self.is_kept = bool(values["text"].strip() or values.get("title", "").strip())

    @handler(CUSTOMER)
    async def send(self, form_data: dict[str, Any]):
        """Opens the case and shows it."""
        self.busy = True
        yield
        async with self._showing_errors():
            given = {"type_id": self.type_id, "opportunity_id": self.project_id,
                     **{name: form_data.get(name, "") for name in ("title", "text")}}
            case_id = await run_write(service.open_case, self._actor, parse(CaseForm, given))
            self.title = self.text = ""
            self.revision += 1
            await self._notify(msg("We have your message. We write to you as soon as there is an answer."))
            yield rx.redirect(f"{CASES}?case={case_id}", replace=True)

    @handler(CUSTOMER)
    async def files_changed(self, file_id: str):
        """A file has arrived or has been taken away."""
        await self._read()

    # One case

    @handler(CUSTOMER)
    async def answer(self, form_data: dict[str, Any]):
        self.busy = True
        yield
        async with self._showing_errors():
            form = parse(CommentForm, {"text": form_data.get("reply", "")})
            await run_write(service.comment, self._actor, parse_id(self.case.id), form)
            await self._read_anew()
            await self._notify(msg("Sent."))
        if "text" in self.field_errors:
            self.field_errors = {"reply": self.field_errors["text"]}

    @handler(CUSTOMER)
    async def ask_to_close(self):
        self.is_closing = self.case.may_close

    @handler(CUSTOMER)
    async def dismiss(self):
        self.is_closing = False

    @handler(CUSTOMER)
    async def close(self):
        self.is_closing = False
        async with self._showing_errors():
            await run_write(service.close_own, self._actor, parse_id(self.case.id))
            await self._notify(msg("Closed. You can open it again any time."))
        await self._read()

    @handler(CUSTOMER)
    async def reopen(self):
        async with self._showing_errors():
            await run_write(service.reopen_own, self._actor, parse_id(self.case.id))
            await self._notify(msg("Open again. Write to us what is still missing."))
        await self._read()
