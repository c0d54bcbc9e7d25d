"""Triggers, kinds of action, and which of them go together.

Lists hang on what a customer does (`TRIGGERS`) or on a substage (`STEP`). Only the moves of substages can lead to each
other; `loops` says when that would never end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..core.errors import Values
from ..core.texts import msg
from ..messaging.variables import USE_TITLES, VARIABLES_BY_USE, Use


class ActionKind(StrEnum):
    SEND_TEMPLATE = "send_template"
    MOVE = "move"
    NOTIFY_STAFF = "notify_staff"
    CALL_WEBHOOK = "call_webhook"
    SET_FIELD = "set_field"


class Moment(StrEnum):
    """When an action of a substage happens; actions of triggers have none."""

    ENTER = "enter"
    LEAVE = "leave"
    AFTER = "after"
    EVERY = "every"


TIMED = (Moment.AFTER, Moment.EVERY)


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts actions. Only where there is an opportunity can there be a list per flow, and a move."""

    use: Use
    has_flow: bool
    leads_to: str = "/home"

    @property
    def key(self) -> str:
        return self.use.value

    @property
    def title(self) -> str:
        return USE_TITLES[self.use]


TRIGGERS: dict[str, Trigger] = {
    trigger.key: trigger
    for trigger in (
        Trigger(Use.CUSTOMER_REGISTERED, has_flow=False),
        Trigger(Use.LOGIN_CODE, has_flow=False),
        Trigger(Use.DRAWING_SUBMITTED, has_flow=True),
        Trigger(Use.OFFER_SHARED, has_flow=True, leads_to="/offers"),
        Trigger(Use.ACCEPT_BUDGET, has_flow=True),
        Trigger(Use.DECLINE_BUDGET, has_flow=True),
        Trigger(Use.INITIAL_DOCUMENTATION, has_flow=True),
        Trigger(Use.OFFER_DOCUMENTATION, has_flow=True),
        Trigger(Use.FINANCING_DOCUMENTATION, has_flow=True),
        Trigger(Use.CONTRACTS_DOCUMENTATION, has_flow=True),
        Trigger(Use.INSTALLATION_DOCUMENTATION, has_flow=True),
        Trigger(Use.CONTRACT_SIGNED, has_flow=True),
        Trigger(Use.VISIT_CONFIRMED, has_flow=True),
        Trigger(Use.FLOW_REACTIVATION, has_flow=True),
        Trigger(Use.INCIDENT_CREATED, has_flow=True, leads_to="/cases"),
        Trigger(Use.PROFILE_UPDATED, has_flow=False, leads_to="/account"),
        Trigger(Use.WITHDRAWAL, has_flow=True),
    )
}

DEFAULT_TEMPLATES: dict[str, str] = {
    Use.CUSTOMER_REGISTERED: "welcome",
    Use.LOGIN_CODE: "login-code",
    Use.DRAWING_SUBMITTED: "drawing-submitted",
    Use.OFFER_SHARED: "offer-shared",
    Use.ACCEPT_BUDGET: "accept-budget",
    Use.DECLINE_BUDGET: "decline-budget",
    Use.INITIAL_DOCUMENTATION: "documentation-received",
    Use.OFFER_DOCUMENTATION: "documentation-received",
    Use.FINANCING_DOCUMENTATION: "documentation-received",
    Use.CONTRACTS_DOCUMENTATION: "documentation-received",
    Use.INSTALLATION_DOCUMENTATION: "documentation-received",
    Use.FLOW_REACTIVATION: "flow-reactivation",
    Use.INCIDENT_CREATED: "incident-created",
    Use.PROFILE_UPDATED: "profile-updated",
}

STEP = Trigger(Use.STEP, has_flow=True)

MOST_ACTIONS = 10
MOST_HOURS = 24 * 365
MOST_TIMES = 20
NOTE_LENGTH = 200

TOO_MANY = msg("At most {most} actions fit in one list.")
UNKNOWN_TEMPLATE = msg("Please choose an e-mail template.")
FOREIGN_VARIABLE = msg("This template uses |{name}|, which does not exist here.")
MOVE_NEEDS_FLOW = msg("Moving is set for each opportunity type, because each has its own steps.")
UNKNOWN_SUBSTAGE = msg("Please choose a substage of this opportunity type.")
SECOND_MOVE = msg("A list moves the opportunity once.")
SECOND_MOVE_THEN = msg("The project can be moved only once at this moment.")
UNKNOWN_AUDIENCE = msg("Please choose who is told.")
NO_NOTE = msg("Please write what colleagues read.")
UNKNOWN_ENDPOINT = msg("Please choose a webhook.")
NEEDS_PROJECT = msg("A field belongs to a project, and here there is none.")
UNKNOWN_FIELD = msg("Please choose a field.")
NO_MOMENT = msg("Please choose when this happens.")
BAD_HOURS = msg("Please enter a time between 1 hour and {days} days.")
BAD_TIMES = msg("Please enter how often at most, between 1 and {most} times.")
REPEATED_MOVE = msg("A move happens once. Please choose “once” for it.")
OWN_STEP = msg("This leads to the step itself.")
LOOP = msg("These moves would lead round in a circle: {steps}.")

# Why something did not happen, as it stands on the opportunity.
STOPPED_CIRCLE = msg("An automatic move to “{step}” was stopped: the steps would lead round in a circle.")
FAILED_BY_KIND: dict[ActionKind, str] = {
    ActionKind.SEND_TEMPLATE: msg("An automatic e-mail was not written. Please check its template."),
    ActionKind.MOVE: msg("An automatic move did not happen. Please choose its step anew."),
    ActionKind.NOTIFY_STAFF: msg("An automatic notice to colleagues was not written."),
    ActionKind.CALL_WEBHOOK: msg("A webhook was not called. Please check whether it still exists."),
    ActionKind.SET_FIELD: msg("A field was not set automatically. Please check the field and its value."),
}
WEBHOOK_GIVEN_UP = msg("A webhook was not taken and has been given up. Please look at its deliveries.")
TROUBLES = (*FAILED_BY_KIND.values(), WEBHOOK_GIVEN_UP)


@dataclass(frozen=True, slots=True)
class Action:
    """What staff set. Which of the fields mean something follows from the kind and, in a substage, from the moment."""

    kind: ActionKind
    template_key: str = ""
    substage_id: str = ""
    audience: str = ""
    note: str = ""
    endpoint_id: str = ""
    field_id: str = ""
    value: Any = None
    moment: str = ""
    hours: int = 0
    times: int = 0


Problem = tuple[str, Values] | None
Problems = Iterator[tuple[str, str, Values]]  # the part of an action, what is wrong with it, the values of the text


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to choose from.

    `templates` gives the variables that each template uses, `substages` the ids of the flow's substages, or None for
    the list of all flows, `values` judges the value of each field that can be set.
    """

    templates: Mapping[str, Collection[str]] = field(default_factory=dict)
    substages: Collection[str] | None = None
    endpoints: Collection[str] = ()
    audiences: Collection[str] = ()
    values: Mapping[str, Callable[[Any], Problem]] = field(default_factory=dict)


def _template_problems(trigger: Trigger, action: Action, known: Known) -> Problems:
    used = known.templates.get(action.template_key)
    if used is None:
        yield "template_key", UNKNOWN_TEMPLATE, {}
    elif foreign := sorted(set(used) - set(VARIABLES_BY_USE[trigger.use])):
        yield "template_key", FOREIGN_VARIABLE, {"name": foreign[0]}


def _move_problems(_: Trigger, action: Action, known: Known) -> Problems:
    if known.substages is None:
        yield "substage_id", MOVE_NEEDS_FLOW, {}
    elif action.substage_id not in known.substages:
        yield "substage_id", UNKNOWN_SUBSTAGE, {}


def _notify_problems(_: Trigger, action: Action, known: Known) -> Problems:
    if action.audience not in known.audiences:
        yield "audience", UNKNOWN_AUDIENCE, {}
    if not action.note.strip():
        yield "note", NO_NOTE, {}


def _webhook_problems(_: Trigger, action: Action, known: Known) -> Problems:
    if action.endpoint_id not in known.endpoints:
        yield "endpoint_id", UNKNOWN_ENDPOINT, {}


def _field_problems(trigger: Trigger, action: Action, known: Known) -> Problems:
    judge = known.values.get(action.field_id)
    if not trigger.has_flow:
        yield "field_id", NEEDS_PROJECT, {}
    elif judge is None:
        yield "field_id", UNKNOWN_FIELD, {}
    elif problem := judge(action.value):
        yield "value", *problem


_PROBLEMS = {
    ActionKind.SEND_TEMPLATE: _template_problems,
    ActionKind.MOVE: _move_problems,
    ActionKind.NOTIFY_STAFF: _notify_problems,
    ActionKind.CALL_WEBHOOK: _webhook_problems,
    ActionKind.SET_FIELD: _field_problems,
}


def _moment_problems(action: Action) -> Problems:
    if action.moment not in tuple(Moment):
        yield "moment", NO_MOMENT, {}
    if action.moment in TIMED and not 1 <= action.hours <= MOST_HOURS:
        yield "hours", BAD_HOURS, {"days": MOST_HOURS // 24}
    if action.moment == Moment.EVERY:
        if action.kind is ActionKind.MOVE:
            yield "moment", REPEATED_MOVE, {}
        elif not 1 <= action.times <= MOST_TIMES:
            yield "times", BAD_TIMES, {"most": MOST_TIMES}


def problems_of(trigger: Trigger, actions: Sequence[Action], known: Known) -> dict[str, tuple[str, Values]]:
    """Why a list cannot be saved, by the place and part of each action ("0.note"); empty when it is good."""
    if len(actions) > MOST_ACTIONS:
        return {str(MOST_ACTIONS): (TOO_MANY, {"most": MOST_ACTIONS})}
    found: dict[str, tuple[str, Values]] = {}
    moved: set[tuple[str, int]] = set()
    for place, action in enumerate(actions):
        found |= {f"{place}.{part}": (text, values) for part, text, values in (
            *(_moment_problems(action) if trigger is STEP else ()), *_PROBLEMS[action.kind](trigger, action, known))}
        if action.kind is ActionKind.MOVE:
            at = (action.moment, action.hours if action.moment in TIMED else 0)
            if at in moved:
                found.setdefault(f"{place}.substage_id", (SECOND_MOVE_THEN if trigger is STEP else SECOND_MOVE, {}))
            moved.add(at)
    return found


# ── circles ───────────────────────────────────────────────────────────────────────────────────────────────────────


def loop_through(moves: Mapping[str, Collection[str]], start: str) -> list[str]:
    """The way from a substage back to itself by automatic moves alone, such as [A, B, A]; empty when there is none.

    A move on leaving counts like one on entering: who leaves A comes to its target, wherever they were going. Without
    a circle in `moves` every chain of automatic moves ends: each arrival was caused by an arrival before it in the
    graph. Moves after a time count too: such a circle would go on for ever, only slowly.
    """
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        for target in moves.get(here, ()):
            if target == start:
                way = [start, here]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1] if here != start else [start, start]
            if target not in came_from:
                came_from[target] = here
                waiting.append(target)
    return []


def goes_in_circle(passed: Sequence[str], target: str) -> bool:
    """Whether an automatic move leads where the opportunity has been since a person last moved it or acted."""
    return target in passed
