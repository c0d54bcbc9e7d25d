"""One case as staff work on it: answering, notes, state, who sees to it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import reflex as rx

from ...access.actors import STAFF, Permission
from ...core.database import run_read, run_write
from ...core.errors import ChangedMeanwhile, InvalidForm
from ...core.forms import parse, parse_id
from ...core.texts import msg
from ...support import service
from ...support.listing import get_staff_case
from ...support.rules import AnswerForm, CaseState, DraftForm, StateForm
from ...support.schemas import MessageView, StaffCase
from ...ui.handlers import handler
from ...ui.shell_state import PortalState
from ..pieces import Option

HANDLE = Permission.HANDLE_CASES
_NEVER = "1970-01-01T00:00:00+00:00"
NO_CASE = StaffCase.model_validate({
    "id": "", "version": 0, "number": "", "title": "", "type_name": "", "state": "", "contact_name": "",
    "contact_email": "", "contact_phone": "", "opened_at": _NEVER, "due_at": _NEVER})
NEWS = msg("Something was added meanwhile. Please read it; your text is still here.")


class StaffCaseState(PortalState, rx.State):
    case: StaffCase = NO_CASE
    messages: list[MessageView] = []
    assignees: list[Option] = []
    steps: list[str] = []
    text: str = ""
    is_note: bool = False
    next_state: str = CaseState.WAITING_FOR_CUSTOMER.value
    is_kept: bool = False
    revision: int = 0

    @handler(STAFF)
    async def load(self):
        self.field_errors, self.is_note = {}, False
        await self._read(anew=True)

    async def _read(self, *, anew: bool = False) -> None:
        """How the case stands; with `anew` the field shows what was kept of the draft."""
        with self._reading():
            case_id = parse_id(self._query("id"))
            self._follow(service.case_topic(case_id), by="refresh")
            found = await run_read(get_staff_case, self._actor, case_id)
            if anew:
                self.text, self.is_kept = found.draft, bool(found.draft)
                self.revision += 1
            self.messages, self.steps = found.messages, found.steps
            self.assignees = [Option(value=each.id, text=each.name) for each in found.assignees]
            if anew or self.next_state not in (*found.steps, found.state):
                self.next_state = (CaseState.SOLVED if found.state == CaseState.SOLVED
                                   else CaseState.WAITING_FOR_CUSTOMER).value
            self.case = found.model_copy(update={"messages": [], "assignees": [], "draft": ""})

    @handler(STAFF)
    async def refresh(self):
        """The case once more, after a change elsewhere or in another language; what is being written stays."""
        before, seen = self.case.id, self.case.version
        await self._read()
        if self.case.id == before and self.case.version != seen and self.text.strip():
            await self._notify(NEWS, "info")

    @handler(HANDLE)
    async def files_changed(self, file_id: str):
        """A file has arrived."""
        await self._read()

    @handler(HANDLE)
    async def write(self, text: str):
        """Keeps what is being written, for whichever device one goes on at."""
        if not self.case.id:
            return
        with suppress(InvalidForm):  # told when it is sent
            self.text = str(text)
            form = parse(DraftForm, {"case_id": self.case.id, "text": self.text})
            await run_write(service.save_draft, self._actor, form)
            self.is_kept = bool(self.text.strip())

    @handler(HANDLE)
    async def choose_kind(self, kind: str):
        self.is_note = kind == "note"

    @handler(HANDLE)
    async def choose_next(self, state: str):
        if state in tuple(CaseState):
            self.next_state = str(state)

    @handler(HANDLE)
    async def answer(self, form_data: dict[str, Any]):
        self.busy = True
        yield
        async with self._showing_errors():
            form = parse(AnswerForm, {"version": self.case.version, "text": form_data.get("text", ""),
                                      "is_note": self.is_note, "state": self.next_state})
            if await self._done(service.answer, form):
                await self._notify(msg("The note is kept.") if form.is_note else msg("Sent. The customer gets a mail."))

    async def _done(self, change: Any, *arguments: Any) -> bool:
        """Does it to the case that was seen; whoever saw another one reads what came first, and keeps their text."""
        try:
            await run_write(change, self._actor, parse_id(self.case.id), *arguments)
        except ChangedMeanwhile:
            await self._read()
            await self._notify(NEWS, "info")
            return False
        await self._read(anew=change is service.answer)
        return True

    @handler(HANDLE)
    async def set_state(self, state: str):
        async with self._showing_errors():
            wanted = parse(StateForm, {"state": state}).state
            if await self._done(service.set_state, self.case.version, wanted):
                await self._notify(msg("Changed. The customer gets a mail."))

    @handler(HANDLE)
    async def assign(self, assignee_id: str):
        async with self._showing_errors():
            chosen = parse_id(assignee_id) if assignee_id else ""
            if await self._done(service.assign, self.case.version, chosen):
                await self._notify(msg("Saved."))

    @handler(HANDLE)
    async def take(self):
        async with self._showing_errors():
            if await self._done(service.assign, self.case.version, self._actor.id):
                await self._notify(msg("The case is yours."))
