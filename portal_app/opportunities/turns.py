"""Whose turn a project is, and how the projects with somebody's turn are read from indexes.

A filter by stage or turn is several parts, each of one substage: each is read from its own index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

from sqlalchemy import ColumnElement, Row, case
from sqlmodel import col

from ..flows.rules import ball_of
from ..flows.view_kinds import view_of
from .models import Opportunity

Turn = Literal["customer", "company", "grid_operator", "authority", "ended"]


def turn_of(view_kind: str | None, ball: str, opportunity: Opportunity | Row) -> Turn:
    """Who has the ball, as the customer's page says it: whoever the substage names, unless the customer gives something
    again, or has sent what is asked for."""
    if opportunity.asked_again_at is not None:
        return "customer"
    turn = usual_turn(view_kind, ball)
    return "company" if turn == "customer" and opportunity.step_sent_at is not None else turn


def usual_turn(view_kind: str | None, ball: str) -> Turn:
    """Who has the ball in a substage when a project enters it."""
    view = view_of(view_kind)
    return "ended" if view is not None and view.ends_the_flow else cast("Turn", ball_of(view_kind, ball).value)


class Part(NamedTuple):
    """Conditions that choose projects, to be read from one index. `is_few`: an index of the few projects with another's
    turn than their substage says; no other index may answer what else is asked of them."""

    conditions: list[ColumnElement[bool]]
    is_few: bool = False

    def with_(self, conditions: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
        return [*self.conditions, *(map(_unindexed, conditions) if self.is_few else conditions)]


def in_substage(substage_id: str, *conditions: ColumnElement[bool]) -> Part:
    return Part([col(Opportunity.substage_id) == substage_id, *conditions])


def parts_of_turn(substages: Sequence[tuple[str, Turn]], turn: Turn) -> list[Part]:
    """Which projects of these substages, each with its usual turn, have this turn (`turn_of`); none is in two parts."""
    asked_again_at, step_sent_at = col(Opportunity.asked_again_at), col(Opportunity.step_sent_at)
    usual = [substage_id for substage_id, usual in substages if usual == turn]
    as_usual = [asked_again_at.is_(None), *([step_sent_at.is_(None)] if turn == "customer" else [])]
    parts = [in_substage(substage_id, *as_usual) for substage_id in usual]
    if turn == "customer":
        parts.append(_few([substage_id for substage_id, _ in substages], asked_again_at.is_not(None)))
    if turn == "company":
        of_customers = [substage_id for substage_id, usual in substages if usual == "customer"]
        parts.append(_few(of_customers, step_sent_at.is_not(None), asked_again_at.is_(None)))
    return parts


def _few(substage_ids: Sequence[str], *conditions: ColumnElement[bool]) -> Part:
    return Part([*conditions, _unindexed(col(Opportunity.substage_id).in_(substage_ids))], is_few=True)


def _unindexed(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition as no index answers it."""
    return case((condition, 1), else_=0) == 1
