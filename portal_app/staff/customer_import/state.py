"""What the dry run of a file found, and what importing it did. The file itself goes by plain HTTP."""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel

from ...access.actors import STAFF, Permission
from ...core.forms import parse
from ...core.texts import msg
from ...customers.importing import MOST_ERRORS_TOLD, ImportReport
from ...ui.handlers import handler
from ...ui.i18n import Said, say
from ...ui.shell_state import PortalState

LOST = msg("The file could not be sent. Please choose it again.")
IMPORT = Permission.IMPORT_CUSTOMERS


class ErrorLine(BaseModel):
    line: int
    column: str
    said: Said


class Report(BaseModel):
    """The numbers of a report; the errors stand in a list of their own."""

    is_done: bool = False
    new: int = 0
    known: int = 0
    error_count: int = 0
    more_errors: int = 0
    encoding: str = ""
    separator: str = ""
    ignored: str = ""


class ImportState(PortalState, rx.State):
    may_import: bool = False
    file_name: str = ""
    invites: bool = False
    report: Report = Report()
    errors: list[ErrorLine] = []
    is_read: bool = False
    refused: Said = Said()

    @handler(STAFF)
    async def load(self):
        self.may_import = self._actor.can(IMPORT)
        self.file_name, self.is_read, self.invites = "", False, False
        self.report, self.errors, self.refused = Report(), [], Said()
        self.is_loaded = True

    @handler(IMPORT)
    async def show_report(self, name: str, report: dict[str, Any]):
        async with self._showing_errors():  # a page can send anything
            found = parse(ImportReport, report)
            self.file_name, self.is_read, self.refused = str(name)[:120], True, Said()
            self.errors = [ErrorLine(line=error.line, column=error.column[:40],
                                     said=Said(id=error.text_id[:20], values=error.values))
                           for error in found.errors[:MOST_ERRORS_TOLD]]
            self.report = Report(
                **found.model_dump(include={"is_done", "new", "known", "error_count"}), encoding=found.encoding[:20],
                separator=found.separator[:1], ignored=", ".join(found.ignored)[:400],
                more_errors=max(0, found.error_count - len(self.errors)))
            if found.is_done:
                await self._notify(msg("The customers are imported."))

    @handler(IMPORT)
    def show_refusal(self, name: str, text_id: str, values: dict[str, Any]):
        kept = {str(key)[:40]: value for key, value in values.items() if isinstance(value, str | int | float)}
        self.file_name, self.is_read, self.report, self.errors = str(name)[:120], False, Report(), []
        self.refused = Said(id=str(text_id)[:20], values=kept) if text_id else say(LOST)

    @handler(IMPORT)
    def choose_invites(self, is_on: bool):
        self.invites = is_on is True

