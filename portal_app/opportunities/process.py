"""The way through a flow as its customer reads it: done, now, next. Pure: made from a flow's tree and a history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from ..core.localized import in_language
from ..flows.rules import Ball, ball_of, is_way_out, who_acts
from ..flows.tree import FlowTree, StageNode, SubstageNode
from ..flows.view_kinds import ViewKind

Status = Literal["done", "current", "next"]
Outcome = Literal["", "success", "failed"]


class Passage(NamedTuple):
    """One line of the history: when the opportunity came into a stage (None when the stage is gone)."""

    stage_id: str | None
    at: datetime


class ProcessSubstage(BaseModel):
    id: str
    name: str
    description: str = ""
    status: Status = "next"


class ProcessStage(BaseModel):
    """A step of the way. Days are on the company's calendar, as ISO texts; empty when there is none."""

    id: str
    name: str
    description: str = ""
    status: Status = "next"
    entered_on: str = ""
    left_on: str = ""


class CurrentStep(BaseModel):
    """Where the project stands. `ball` says who acts now (`flows.rules.Ball`) and `since` the day since when it is so:
    what the customer has sent (`is_sent`) is with the company, unless some of it is `asked_again`."""

    id: str
    name: str
    description: str = ""
    view_kind: str = ""
    needs_customer: bool = False
    ball: str = ""
    is_sent: bool = False
    is_asked_again: bool = False
    since: str = ""


class Adviser(BaseModel):
    name: str
    email: str = ""
    phone: str = ""


class Process(BaseModel):
    """All that the customer's page of one project shows. Only public names and descriptions."""

    opportunity_id: str
    number: str
    title: str = ""
    address: str = ""
    flow_name: str = ""
    client_name: str = ""
    first_name: str = ""
    stages: list[ProcessStage] = []
    substages: list[ProcessSubstage] = []
    current: CurrentStep
    step_number: int = 1
    step_count: int = 1
    outcome: Outcome = ""
    adviser: Adviser | None = None


class ProjectLine(BaseModel):
    """One project in the switcher."""

    id: str
    number: str
    title: str = ""
    address: str = ""
    flow_name: str = ""
    step_name: str = ""
    step_number: int = 1
    step_count: int = 1
    needs_customer: bool = False
    outcome: Outcome = ""


class Home(BaseModel):
    """A customer's projects, and the one that is looked at."""

    process: Process | None = None
    projects: list[ProjectLine] = []
    flow_ids: set[str] = set()


def outcome_of(view_kind: str | None) -> Outcome:
    if view_kind == ViewKind.FINALIZATION_SUCCESS:
        return "success"
    return "failed" if is_way_out(view_kind) else ""


def shown_substages(stage: StageNode, current_id: str) -> list[SubstageNode]:
    """A substage that ends the flow without success is shown only to whom it happened."""
    return [substage for substage in stage.substages if substage.id == current_id or not is_way_out(substage.view_kind)]


def shown_stages(tree: FlowTree, current_id: str, passed: set[str]) -> list[StageNode]:
    """The stages of the customer's own way.

    Stages without anything to show are left out. When the flow has ended without success, so are the stages that the
    opportunity never came to: they are neither done nor to come.
    """
    stages = [stage for stage in tree.stages if shown_substages(stage, current_id)]
    here = tree.substage(current_id)
    if here is not None and is_way_out(here.view_kind):
        stages = [stage for stage in stages if stage.id in passed or stage.id == here.stage_id]
    return stages


def status_of(index: int, current: int) -> Status:
    if index == current:
        return "current"
    return "done" if index < current else "next"


def days_in(history: Sequence[Passage], stage_id: str) -> tuple[datetime | None, datetime | None]:
    """When the opportunity first came into a stage, and when it last left it (None: never, or it is there)."""
    entered = left = None
    inside = False
    for passage in history:
        if passage.stage_id == stage_id:
            entered = entered or passage.at
            inside = True
        elif inside:
            left, inside = passage.at, False
    return entered, None if inside else left


def day_text(at: datetime | None, time_zone: str) -> str:
    return at.astimezone(ZoneInfo(time_zone)).date().isoformat() if at else ""


def first_name_of(name: str) -> str:
    return name.split()[0] if name.split() else ""


def place_of(tree: FlowTree, current_id: str, passed: set[str]) -> tuple[int, int]:
    """The number of the current stage among those that the customer sees, and how many these are."""
    here = tree.substage(current_id)
    shown = [stage.id for stage in shown_stages(tree, current_id, passed)]
    return (shown.index(here.stage_id) + 1 if here is not None else 1), len(shown)


def stages_of(tree: FlowTree, current_id: str, history: Sequence[Passage], language: str, fallback: str,
              time_zone: str) -> list[ProcessStage]:
    """The stages with their status and days: exactly one is current."""
    here = tree.substage(current_id)
    shown = shown_stages(tree, current_id, {passage.stage_id for passage in history if passage.stage_id})
    current = next(index for index, stage in enumerate(shown) if here is not None and stage.id == here.stage_id)
    found = []
    for index, stage in enumerate(shown):
        status = status_of(index, current)
        entered, left = days_in(history, stage.id) if status != "next" else (None, None)
        found.append(ProcessStage(
            id=stage.id, name=in_language(stage.public_name, language, fallback),
            description=in_language(stage.public_description, language, fallback), status=status,
            entered_on=day_text(entered, time_zone), left_on=day_text(left if status == "done" else None, time_zone)))
    return found


def substages_of(stage: StageNode, current_id: str, language: str, fallback: str) -> list[ProcessSubstage]:
    """The substages of the current stage with their status."""
    shown = shown_substages(stage, current_id)
    current = next(index for index, substage in enumerate(shown) if substage.id == current_id)
    return [ProcessSubstage(id=substage.id, name=in_language(substage.public_name, language, fallback),
                            description=in_language(substage.public_description, language, fallback),
                            status=status_of(index, current)) for index, substage in enumerate(shown)]


def needs_customer(view_kind: str | None, sent_at: datetime | None, asked_again_at: datetime | None) -> bool:
    """Whether there is something to do: what a step asks and was not sent, or what is asked again."""
    return asked_again_at is not None or (sent_at is None and who_acts(view_kind) == "you")


def current_step(substage: SubstageNode, since: datetime, language: str, fallback: str, time_zone: str,
                 sent_at: datetime | None = None, asked_again_at: datetime | None = None) -> CurrentStep:
    ball = ball_of(substage.view_kind, substage.ball)
    if asked_again_at is not None:
        ball = Ball.CUSTOMER
    elif sent_at is not None and ball == Ball.CUSTOMER:
        ball = Ball.COMPANY
    return CurrentStep(
        id=substage.id, name=in_language(substage.public_name, language, fallback),
        description=in_language(substage.public_description, language, fallback), view_kind=substage.view_kind or "",
        needs_customer=needs_customer(substage.view_kind, sent_at, asked_again_at), ball=ball.value,
        is_sent=sent_at is not None, is_asked_again=asked_again_at is not None,
        since=day_text(asked_again_at or sent_at or since, time_zone))
