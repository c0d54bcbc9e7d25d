"""Flows as everybody reads them: trees, and where a substage is. For services, which have asked who may see them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import JSON, ColumnElement, Table, Text, bindparam, cast
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from ..core.database import reads_only, table_of
from ..core.errors import NotFound
from ..core.localized import Localized
from .models import Flow, Stage, Substage
from .tree import FlowTree, StageNode, SubstageNode

_flow, _stage, _substage = map(table_of, (Flow, Stage, Substage))


def _columns(table: Table) -> list[ColumnElement]:
    """The columns as the database keeps them: texts in languages are read when a tree is made of them."""
    return [cast(column, Text) if isinstance(column.type, JSON) else column for column in table.columns]


# Built once: building it for every page would cost more than running it.
_TREES = (
    select_columns(*_columns(_flow), *_columns(_stage), *_columns(_substage))
    .select_from(_flow.outerjoin(_stage, _stage.c.flow_id == _flow.c.id)
                 .outerjoin(_substage, _substage.c.stage_id == _stage.c.id))
    .where(_flow.c.id.in_(bindparam("flow_ids", expanding=True)))
    .order_by(_flow.c.position, _flow.c.id, _stage.c.position, _stage.c.id, _substage.c.position, _substage.c.id)
)
Rows = list[Sequence[Any]]
MOST_KEPT = 100
_kept: dict[tuple[str, int], FlowTree] = {}


def _values(table: Table, values: Sequence[Any]) -> dict[str, Any]:
    return {column.name: json.loads(value) if isinstance(column.type, JSON) else value
            for column, value in zip(table.columns, values, strict=True)}


def _make_tree(rows: Rows) -> FlowTree:
    of_flow, of_stage = len(_flow.columns), len(_flow.columns) + len(_stage.columns)
    tree = FlowTree(**_values(_flow, rows[0][:of_flow]))
    for row in rows:
        if row[of_flow] is not None and (not tree.stages or tree.stages[-1].id != row[of_flow]):
            tree.stages.append(StageNode(**_values(_stage, row[of_flow:of_stage]), substages=[]))
        if row[of_stage] is not None:
            tree.stages[-1].substages.append(SubstageNode(**_values(_substage, row[of_stage:])))
    return tree


def load_trees(session: Session, flow_ids: Iterable[str]) -> dict[str, FlowTree]:
    """Flows with their stages and substages in order, by one query."""
    if session.autoflush:
        session.flush()  # which statements without classes do not cause
    found = session.execute(_TREES, {"flow_ids": sorted(set(flow_ids))})
    return {flow_id: _make_tree(list(rows)) for flow_id, rows in groupby(found, key=lambda row: row[0])}


def read_trees(session: Session, versions: Mapping[str, int]) -> dict[str, FlowTree]:
    """`load_trees` for the pages of customers, which are read most: flow id and version → tree, without a query for
    what was read before. The trees are shared: nobody may change them.

    Every change of a flow, its stages and its substages raises the flow's version in the same transaction. A session
    that writes keeps nothing: what it sees may never be committed.
    """
    if not reads_only(session):
        return load_trees(session, versions)
    missing = [flow_id for flow_id, version in versions.items() if (flow_id, version) not in _kept]
    trees = load_trees(session, missing) if missing else {}
    for flow_id, tree in trees.items():
        if len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[flow_id, versions[flow_id]] = tree
    return trees | {flow_id: _kept[flow_id, version] for flow_id, version in versions.items()
                    if flow_id not in trees and (flow_id, version) in _kept}


def get_flow_tree(session: Session, flow_id: str) -> FlowTree:
    """One flow with its stages and substages."""
    tree = load_trees(session, [flow_id]).get(flow_id)
    if tree is None:
        raise NotFound
    return tree


def first_substage(session: Session, flow_id: str) -> Substage:
    """Where an opportunity of this flow begins."""
    found = session.exec(
        select(Substage).join(Stage, col(Substage.stage_id) == Stage.id).where(Stage.flow_id == flow_id)
        .order_by(col(Stage.position), col(Stage.id), col(Substage.position), col(Substage.id)).limit(1)).first()
    if found is None:
        raise NotFound
    return found


def flow_of_substage(session: Session, substage_id: str) -> str:
    """The id of the flow that a substage belongs to."""
    found = session.exec(select(Stage.flow_id).join(Substage, col(Substage.stage_id) == Stage.id)
                         .where(Substage.id == substage_id)).first()
    if found is None:
        raise NotFound
    return found


class Place(NamedTuple):
    """A substage, where it is in which flow, and what customers call it."""

    id: str
    stage_id: str
    flow_id: str
    public_name: Localized


_PLACE = (select_columns(_substage.c.id, _stage.c.id, _stage.c.flow_id, _substage.c.public_name)
          .select_from(_substage.join(_stage, _stage.c.id == _substage.c.stage_id))
          .where(_substage.c.id == bindparam("substage_id")))


def place_of_substage(session: Session, substage_id: str) -> Place:
    if session.autoflush:
        session.flush()
    found = session.execute(_PLACE, {"substage_id": substage_id}).first()
    if found is None:
        raise NotFound
    return Place(*found)


def substages_of_stage(session: Session, stage_id: str) -> tuple[str, list[str]]:
    """The flow of a stage and the ids of its substages."""
    flow_id = session.exec(select(Stage.flow_id).where(Stage.id == stage_id)).first()
    if flow_id is None:
        raise NotFound
    return flow_id, list(session.exec(select(Substage.id).where(Substage.stage_id == stage_id)))
