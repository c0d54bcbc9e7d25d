"""What the pages read of cases. Internal notes are in no schema of a customer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, PlainSerializer

from ..documents.service import FileView

# As the browser's Date reads it in every browser.
Moment = Annotated[datetime, PlainSerializer(lambda at: at.isoformat(), return_type=str)]


class TypeChoice(BaseModel):
    id: str
    name: str
    hint: str = ""


class ProjectChoice(BaseModel):
    id: str
    name: str


class OwnCaseRow(BaseModel):
    """A line of the customer's list."""

    id: str
    number: str
    title: str
    type_name: str
    state: str
    changed_at: Moment


class OwnCasePage(BaseModel):
    rows: list[OwnCaseRow] = []
    next: str = ""
    previous: str = ""


class MessageView(BaseModel):
    """Something written or done. `kind` as in `CaseMessage`; `by` is us, me, or customer for another of the account."""

    id: str
    kind: str
    by: str
    author_name: str
    text: str
    state: str
    at: Moment
    file: FileView = FileView()


class OwnCase(BaseModel):
    """A case as its customer reads it."""

    id: str
    number: str
    title: str
    type_name: str
    state: str
    opened_at: Moment
    project_id: str = ""
    project_name: str = ""
    messages: list[MessageView] = []
    has_earlier: bool = False
    may_write: bool = False
    may_close: bool = False
    may_reopen: bool = False
    draft: str = ""


class NewCase(BaseModel):
    """What the form of a new case offers, and what was written into it before."""

    future_id: str = ""
    types: list[TypeChoice] = []
    projects: list[ProjectChoice] = []
    type_id: str = ""
    opportunity_id: str = ""
    title: str = ""
    text: str = ""
    files: list[FileView] = []


class CaseRow(BaseModel):
    """A line of the queue."""

    id: str
    number: str
    title: str
    type_name: str
    contact_name: str
    state: str
    assignee_name: str
    due_at: Moment
    is_due: bool
    is_overdue: bool
    changed_at: Moment


class StaffChoice(BaseModel):
    id: str
    name: str


class StaffCase(BaseModel):
    """A case as staff work on it."""

    id: str
    version: int
    number: str
    title: str
    type_name: str
    state: str
    contact_name: str
    contact_email: str
    contact_phone: str
    project_id: str = ""
    project_number: str = ""
    project_name: str = ""
    assignee_id: str = ""
    assignee_name: str = ""
    opened_at: Moment
    due_at: Moment
    is_due: bool = False
    is_overdue: bool = False
    messages: list[MessageView] = []
    has_earlier: bool = False
    steps: list[str] = []
    assignees: list[StaffChoice] = []
    may_handle: bool = False
    draft: str = ""


class TypeRow(BaseModel):
    """A type as Settings shows it."""

    id: str
    version: int
    name: str
    names: dict[str, str]
    hints: dict[str, str]
    due_hours: int
    is_archived: bool
    missing: list[str]
    count: int
