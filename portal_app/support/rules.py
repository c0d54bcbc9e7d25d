"""How a case goes: its states, who may change them, whose turn it is, when an answer is due. Pure: time is an argument."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from ..core.errors import PortalError
from ..core.forms import REQUIRED, FieldError, Form
from ..core.localized import Localized, clean
from ..core.texts import msg
from ..flows.rules import clean_line, clean_text

LONGEST_TITLE = 140
LONGEST_TEXT = 5000
LONGEST_NAME = 80
LONGEST_HINT = 300
MOST_HOURS = 24 * 90


class CaseState(StrEnum):
    OPEN = "open"  # nobody of us has answered yet
    WAITING_FOR_CUSTOMER = "waiting-for-customer"
    WAITING_FOR_US = "waiting-for-us"
    SOLVED = "solved"  # we think so; the customer may still answer
    CLOSED = "closed"


WITH_US = (CaseState.OPEN, CaseState.WAITING_FOR_US)  # an answer is due
ACTIVE = (*WITH_US, CaseState.WAITING_FOR_CUSTOMER)

STATE_TITLES: dict[CaseState, str] = {
    CaseState.OPEN: msg("Not answered yet"),
    CaseState.WAITING_FOR_CUSTOMER: msg("Waiting for the customer"),
    CaseState.WAITING_FOR_US: msg("Our turn"),
    CaseState.SOLVED: msg("Solved"),
    CaseState.CLOSED: msg("Case closed"),
}
# The same as customers read it: they are not "the customer".
STATE_TITLES_FOR_CUSTOMERS: dict[CaseState, str] = {
    **STATE_TITLES,
    CaseState.OPEN: msg("With us"),
    CaseState.WAITING_FOR_CUSTOMER: msg("Your turn"),
    CaseState.WAITING_FOR_US: msg("With us"),
}

_S = CaseState
STEPS_OF_STAFF: dict[CaseState, tuple[CaseState, ...]] = {
    _S.OPEN: (_S.WAITING_FOR_CUSTOMER, _S.WAITING_FOR_US, _S.SOLVED, _S.CLOSED),
    _S.WAITING_FOR_CUSTOMER: (_S.WAITING_FOR_US, _S.SOLVED, _S.CLOSED),
    _S.WAITING_FOR_US: (_S.WAITING_FOR_CUSTOMER, _S.SOLVED, _S.CLOSED),
    _S.SOLVED: (_S.WAITING_FOR_US, _S.CLOSED),
    _S.CLOSED: (_S.WAITING_FOR_US,),
}
STEPS_OF_CUSTOMERS: dict[CaseState, tuple[CaseState, ...]] = {
    _S.OPEN: (_S.CLOSED,),
    _S.WAITING_FOR_CUSTOMER: (_S.CLOSED,),
    _S.WAITING_FOR_US: (_S.CLOSED,),
    _S.SOLVED: (_S.WAITING_FOR_US, _S.CLOSED),
    _S.CLOSED: (_S.WAITING_FOR_US,),
}


class NoSuchStep(PortalError):
    text = msg("This case stands elsewhere by now. Here is how it stands.")


class CaseIsClosed(PortalError):
    text = msg("This case is closed. Open it again to write.")


class TypeInUse(PortalError):
    text = msg("The last type stays: without one customers could not write to us.")


def demand_step(state: CaseState, wanted: CaseState, by: Literal["customer", "staff"]) -> None:
    steps = STEPS_OF_STAFF if by == "staff" else STEPS_OF_CUSTOMERS
    if wanted not in steps[state]:
        raise NoSuchStep


def after_customer_wrote(state: CaseState) -> CaseState:
    """Who writes wants an answer: a solved case is with us again. A closed one has to be opened first."""
    if state is CaseState.CLOSED:
        raise CaseIsClosed
    return CaseState.OPEN if state is CaseState.OPEN else CaseState.WAITING_FOR_US


def after_answer(state: CaseState, wanted: CaseState) -> CaseState:
    """Where a case stands once we have answered and say what comes next; staying as it is is possible too."""
    if state is CaseState.CLOSED:
        raise CaseIsClosed
    if wanted != state:
        demand_step(state, wanted, "staff")
    return wanted


def due_after(before: CaseState | None, after: CaseState, due_at: datetime, now: datetime, due_hours: int) -> datetime:
    """When an answer is due. The time begins anew whenever the case comes to us, and stands while it stays with us."""
    comes_to_us = after in WITH_US and before not in WITH_US
    return now + timedelta(hours=due_hours) if comes_to_us else due_at


def is_overdue(state: CaseState, due_at: datetime, now: datetime) -> bool:
    return state in WITH_US and due_at < now


def number_text(year: int, number: int) -> str:
    """C-2026-0042."""
    return f"C-{year}-{number:04d}"


def _written(text: str) -> str:
    """Lines as written, without control characters."""
    return clean_text(text.replace("\r\n", "\n").replace("\r", "\n"))


def _not_empty(text: str) -> str:
    if not text:
        raise FieldError(REQUIRED)
    return text


Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), AfterValidator(clean_line),
                  AfterValidator(_not_empty)]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(_written),
                 AfterValidator(_not_empty)]
Id = Annotated[str, StringConstraints(max_length=32)]
Version = Annotated[int, Field(ge=0, le=1_000_000_000)]

CHOOSE_TYPE = msg("Please choose what it is about.")


def _chosen(type_id: str) -> str:
    if not type_id:
        raise FieldError(CHOOSE_TYPE)
    return type_id


class CaseForm(Form):
    """What a customer reports."""

    type_id: Annotated[Id, AfterValidator(_chosen)] = Field(default="", validate_default=True)
    opportunity_id: Id = ""
    title: Title
    text: Text


class CommentForm(Form):
    text: Text


class AnswerForm(Form):
    """What staff write: for the customer, with the state that follows; or a note that stays among us."""

    version: Version
    text: Text
    is_note: bool = False
    state: CaseState = CaseState.WAITING_FOR_CUSTOMER


class StateForm(Form):
    state: CaseState


class DraftForm(Form):
    """What somebody is writing; it may be half. An empty `case_id` is a new case."""

    case_id: Id = ""
    future_id: Id = ""
    type_id: Id = ""
    opportunity_id: Id = ""
    title: Annotated[str, StringConstraints(max_length=LONGEST_TITLE, strip_whitespace=False)] = ""
    text: Annotated[str, StringConstraints(max_length=LONGEST_TEXT, strip_whitespace=False)] = ""


NAME_MISSING = msg("Please write a name in at least one language.")


def _names(texts: Mapping[str, str]) -> Localized:
    named = _texts(texts, LONGEST_NAME)
    if not named:
        raise FieldError(NAME_MISSING)
    return named


def _hints(texts: Mapping[str, str]) -> Localized:
    return _texts(texts, LONGEST_HINT)


def _texts(texts: Mapping[str, str], longest: int) -> Localized:
    if any(len(text) > longest for text in texts.values()):
        raise FieldError(msg("This is too long. At most {max_length} characters fit."), max_length=longest)
    return {language: clean_line(text) for language, text in clean(texts, longest).items()}


class TypeForm(Form):
    """A type of case as staff save it; `version` 0 makes a new one."""

    version: Version = 0
    name: Annotated[dict[str, str], Field(max_length=10), AfterValidator(_names)]
    hint: Annotated[dict[str, str], Field(max_length=10), AfterValidator(_hints)] = {}
    due_hours: Annotated[int, Field(ge=1, le=MOST_HOURS)]
