"""What the homes of many customers show, read together: after a change that concerns thousands of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel
from sqlalchemy import Row, Select, bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from ..access.actors import Actor
from ..company.service import company_snapshot
from ..core.database import table_of
from ..core.localized import in_language
from ..flows.contents import fields_of
from ..flows.fields import answer_text
from ..flows.trees import read_trees
from .answers import readable
from .models import Answer, Opportunity, SubstageChange
from .process import Home, Passage, Process
from .service import MOST_PROJECTS, Looking, columns_for_customers, own_part, process_of, project_lines


class KnownLine(BaseModel):
    """A field that a step shows, with its answer in words."""

    id: str
    label: str
    text: str = ""


@cache
def _projects(whose: str) -> Select:
    """The projects of several customers, the newest of each first."""
    statement, opportunity = columns_for_customers()
    order = (opportunity.c.created_at.desc(), opportunity.c.id.desc())
    rank = func.row_number().over(partition_by=opportunity.c[whose], order_by=order)
    ranked = (statement.add_columns(opportunity.c[whose].label("whose"), rank.label("rank"))
              .where(opportunity.c[whose].in_(bindparam("values", expanding=True))).subquery())
    return select_columns(ranked).where(ranked.c.rank <= MOST_PROJECTS).order_by(ranked.c.whose, ranked.c.rank)


@cache
def _histories() -> Select:
    change = table_of(SubstageChange)
    return (select_columns(change.c.opportunity_id, change.c.to_stage_id, change.c.at)
            .where(change.c.opportunity_id.in_(bindparam("opportunity_ids", expanding=True)))
            .order_by(change.c.at, change.c.id))


def get_homes(session: Session, customers: Sequence[Looking]) -> list[Home | None]:
    """`get_home` for several customers, by as many queries as for one. None for whom it has to be read alone: the project
    is not among their newest, or not theirs any more."""
    if not customers:
        return []
    rows = defaultdict[str, list[Row]](list)
    whose, _ = own_part(customers[0].actor)
    for row in session.execute(_projects(whose), {"values": [own_part(each.actor)[1] for each in customers]}):
        rows[row.whose].append(row)
    trees = read_trees(session, {row.flow_id: row.flow_version for own in rows.values() for row in own})
    passages = defaultdict[str, list[Passage]](list)
    for opportunity_id, *passage in session.execute(
            _histories(), {"opportunity_ids": [each.opportunity_id for each in customers]}):
        passages[opportunity_id].append(Passage(*passage))

    def home_of(customer: Looking) -> Home | None:
        own = rows[own_part(customer.actor)[1]]
        row = next((row for row in own if row.id == customer.opportunity_id), None)
        if row is None:
            return None
        return Home(process=process_of(row, passages[row.id], trees[row.flow_id], customer.language),
                    projects=project_lines(own, trees, customer.language), flow_ids={row.flow_id for row in own})

    return [home_of(customer) for customer in customers]


class Reader(NamedTuple):
    """Who reads a process, and in which language."""

    actor: Actor
    process: Process
    language: str


def list_known(session: Session, readers: Sequence[Reader]) -> list[list[KnownLine]]:
    """What steps that only inform show of the answers, to each reader. For pages, which have asked who may see them; one
    query for each step, and two more where any shows something.
    """
    informed = {reader.process.current.id for reader in readers if not reader.process.current.view_kind}
    fields = {step_id: fields_of(session, step_id) for step_id in informed}
    ids = {reader.process.opportunity_id for reader in readers if fields.get(reader.process.current.id)}
    if not ids:
        return [[] for _ in readers]
    again = dict(session.exec(select(Opportunity.id, Opportunity.asked_again).where(col(Opportunity.id).in_(ids))).all())
    answers = {(opportunity_id, field_id): value for opportunity_id, field_id, value in session.exec(
        select(Answer.opportunity_id, Answer.field_id, Answer.value).where(col(Answer.opportunity_id).in_(ids)))}
    company = company_snapshot()

    def lines_of(reader: Reader) -> list[KnownLine]:
        opportunity_id, language = reader.process.opportunity_id, reader.language
        return [KnownLine(id=spec.id, label=in_language(spec.label, language, company.default_language),
                          text=answer_text(spec, readable(reader.actor, spec, answers.get((opportunity_id, spec.id))),
                                           language, company.currency, company.default_language))
                for spec in fields.get(reader.process.current.id, ()) if spec.id not in (again.get(opportunity_id) or ())]

    return [lines_of(reader) for reader in readers]
