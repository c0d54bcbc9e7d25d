"""A step as its reader sees it: what it asks, what is known, what is missing. Schemas and errors only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from ..core.errors import InvalidForm, PortalError, Values
from ..core.texts import msg
from ..flows.fields import Limits

Mode = Literal["edit", "read"]
State = Literal["information", "open", "sent", "asked_again"]

PLEASE_ACCEPT = msg("Please accept this to go on.")
OURS_TO_FILL = msg("We still fill this in for you. You can go on once it is here.")


class StepAlreadySent(PortalError):
    text = msg("This has been sent already. Nothing was sent twice.")


class NothingToSend(PortalError):
    """The step moved on, or asks for nothing that could be sent."""

    text = msg("There is nothing to send at this step any more.")


class FieldClosed(PortalError):
    """The field can't be changed now: it is read-only, was sent, or belongs to another step."""

    text = msg("This can't be changed at this step any more.")


class StepIncomplete(InvalidForm):
    """What keeps the customer in the step. `errors` has a text per field id, and per version id of a condition.

    `fields` and `conditions` are the ids of both in the order of the form.
    """

    text = msg("Something is still missing. Please look at the marked places.")

    def __init__(self, errors: Mapping[str, tuple[str, Values]], fields: Sequence[str], conditions: Sequence[str]) -> None:
        super().__init__(errors)
        self.fields, self.conditions = list(fields), list(conditions)


class Choice(BaseModel):
    key: str
    label: str


class StepField(BaseModel):
    """A field in the reader's language.

    `value` is the answer as it is kept, `text` the answer in words, `entry` what stands in the control: the draft when
    there is one (`has_draft`), else the answer. Of a file field, `entry` are the ids of its documents. `problem` is what
    keeps the step from being sent, with the values of its text.
    """

    id: str
    kind: str
    label: str
    help: str = ""
    group_name: str = ""
    choices: list[Choice] = []
    limits: Limits = Limits()
    is_required: bool = False
    mode: Mode = "read"
    is_asked_again: bool = False
    problem: tuple[str, Values] | None = None
    value: Any = None
    text: str = ""
    entry: Any = ""
    has_draft: bool = False

    def __hash__(self) -> int:
        """Itself: the same one stands in the steps of many who have not answered yet."""
        return id(self)


class StepTerms(BaseModel):
    """A condition in the reader's language; `accepted_at` is when it was accepted, None when it has yet to be.

    `version_id` is the wording in effect. Number, title and text are its own, or those that were accepted where an older
    wording still counts. `accepted_before`: the number of the latest wording that was accepted, 0 for none.
    """

    condition_id: str
    version_id: str
    number: int
    title: str
    text: str
    is_accepted: bool = False
    accepted_at: datetime | None = None
    accepted_by: str = ""
    accepted_before: int = 0


class Step(BaseModel):
    """The present step of an opportunity.

    `state`: `information` asks for nothing that could be sent, `open` waits for the customer, `sent` is with the company,
    `asked_again` has fields that the customer gives again. `act` is empty where the view has its own act (drawing, offer).
    """

    opportunity_id: str
    number: str = ""
    flow_id: str = ""
    substage_id: str
    name: str
    description: str = ""
    stage_name: str = ""
    view_kind: str = ""
    act: str = ""
    state: State = "information"
    fields: list[StepField] = []
    conditions: list[StepTerms] = []
    missing_fields: list[str] = []
    missing_conditions: list[str] = []
    entered_at: datetime | None = None
    sent_at: datetime | None = None
    sent_by: str = ""
