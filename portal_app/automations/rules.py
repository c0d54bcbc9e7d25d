"""Triggers, kinds of action, and which of them go together. Moving triggers nothing, so no list can run in a circle."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..core.errors import Values
from ..core.texts import msg
from ..messaging.variables import USE_TITLES, VARIABLES_BY_USE, Use


class ActionKind(StrEnum):
    SEND_TEMPLATE = "send_template"
    MOVE = "move"


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
        Trigger(Use.PROFILE_UPDATED, has_flow=False),
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
    Use.INCIDENT_CREATED: "incident-created",
}

MOST_ACTIONS = 10

TOO_MANY = msg("At most {most} actions fit in one list.")
UNKNOWN_TEMPLATE = msg("Please choose an e-mail template.")
FOREIGN_VARIABLE = msg("This template uses |{name}|, which does not exist here.")
MOVE_NEEDS_FLOW = msg("Moving is set for each opportunity type, because each has its own steps.")
UNKNOWN_SUBSTAGE = msg("Please choose a substage of this opportunity type.")
SECOND_MOVE = msg("A list moves the opportunity once.")


@dataclass(frozen=True, slots=True)
class Action:
    kind: ActionKind
    template_key: str = ""
    substage_id: str = ""


def _problem(trigger: Trigger, action: Action, templates: Mapping[str, Collection[str]],
             substages: Collection[str] | None) -> tuple[str, Values] | None:
    if action.kind is ActionKind.SEND_TEMPLATE:
        used = templates.get(action.template_key)
        if used is None:
            return UNKNOWN_TEMPLATE, {}
        foreign = sorted(set(used) - set(VARIABLES_BY_USE[trigger.use]))
        return (FOREIGN_VARIABLE, {"name": foreign[0]}) if foreign else None
    if substages is None:
        return MOVE_NEEDS_FLOW, {}
    return None if action.substage_id in substages else (UNKNOWN_SUBSTAGE, {})


def problems_of(trigger: Trigger, actions: Sequence[Action], templates: Mapping[str, Collection[str]],
                substages: Collection[str] | None) -> dict[int, tuple[str, Values]]:
    """Why a list cannot be saved, by place; empty when it is good.

    `templates` gives the variables that each template uses, `substages` the ids of the flow's substages, or None for
    the list of all flows.
    """
    if len(actions) > MOST_ACTIONS:
        return {MOST_ACTIONS: (TOO_MANY, {"most": MOST_ACTIONS})}
    found: dict[int, tuple[str, Values]] = {}
    has_move = False
    for place, action in enumerate(actions):
        problem = _problem(trigger, action, templates, substages)
        if problem is None and action.kind is ActionKind.MOVE:
            problem = (SECOND_MOVE, {}) if has_move else None
            has_move = True
        if problem:
            found[place] = problem
    return found
