"""Flows as staff configure them: creating, reordering, saving and deleting; `trees` reads them.

What is deleted here must be empty: `opportunities.relocation` moves the opportunities away first. Every change of a
flow's structure locks the flow's row, so that two of them never mix.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from sqlalchemy import CursorResult, delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from ..access.actors import Actor, Permission
from ..company.models import ONLY, Company
from ..core import audit, live
from ..core.clock import now
from ..core.errors import ChangedMeanwhile, NotAllowed, NotFound
from ..core.events import publish
from ..core.texts import LANGUAGES, msg, translate
from . import rules
from .events import FlowCreated, FlowDeleted, SubstagesDeleted
from .models import Flow, Stage, Substage
from .rules import FlowForm, NameTaken, StageForm, StillInUse, SubstageForm
from .tree import FlowTree, StageNode, SubstageNode
from .trees import flow_of_substage, get_flow_tree

FIRST_STAGE = msg("Request")
FIRST_SUBSTAGE = msg("We have your request")

Node = StageNode | SubstageNode
Row = TypeVar("Row", Stage, Substage)


class SavedMeanwhile(ChangedMeanwhile):
    """Somebody else saved first. `theirs` is what they saved; the entries of the second are still with them."""

    text = msg("{name} saved this meanwhile. Your entries are still here.")

    def __init__(self, theirs: Node) -> None:
        super().__init__(name=theirs.changed_by)
        self.theirs = theirs


def demand_reading(actor: Actor) -> None:
    """Who may not see flows is not told that there are any."""
    if not actor.can(Permission.SEE_FLOWS):
        raise NotFound


def demand_modifying(actor: Actor) -> None:
    demand_reading(actor)
    if not actor.can(Permission.MODIFY_FLOWS):
        raise NotAllowed


def default_language(session: Session) -> str:
    """The company's language, which every public name has."""
    company = session.get(Company, ONLY)
    return company.default_language if company else LANGUAGES[0]


# Reading


def list_flows(session: Session, actor: Actor) -> list[Flow]:
    demand_reading(actor)
    return list(session.exec(select(Flow).order_by(col(Flow.position), col(Flow.id))))


def get_visible_tree(session: Session, actor: Actor, flow_id: str) -> FlowTree:
    demand_reading(actor)
    return get_flow_tree(session, flow_id)


# Changing the structure


def _locked_flow(session: Session, actor: Actor, flow_id: str) -> Flow:
    demand_modifying(actor)
    flow = session.exec(select(Flow).where(Flow.id == flow_id).with_for_update()
                        .execution_options(populate_existing=True)).first()
    if flow is None:
        raise NotFound
    live.touch(session, live.flow_topic(flow.id))
    return flow


def _locked_tree(session: Session, actor: Actor, flow_id: str) -> FlowTree:
    """The flow's structure, which nobody else changes until this transaction ends."""
    flow = _locked_flow(session, actor, flow_id)
    flow.version += 1
    session.add(flow)
    session.flush()
    return get_flow_tree(session, flow_id)


def _tree_of_stage(session: Session, actor: Actor, stage_id: str) -> tuple[FlowTree, StageNode]:
    demand_modifying(actor)
    flow_id = session.exec(select(Stage.flow_id).where(Stage.id == stage_id)).first()
    tree = _locked_tree(session, actor, flow_id or "")
    stage = tree.stage(stage_id)
    if stage is None:  # deleted while this waited for the lock
        raise NotFound
    return tree, stage


def _tree_of_substage(session: Session, actor: Actor, substage_id: str) -> tuple[FlowTree, SubstageNode]:
    demand_modifying(actor)
    tree = _locked_tree(session, actor, flow_of_substage(session, substage_id))
    substage = tree.substage(substage_id)
    if substage is None:  # deleted while this waited for the lock
        raise NotFound
    return tree, substage


def _place(session: Session, table: type[Flow] | type[Stage] | type[Substage], ids: Iterable[str],
           **values: object) -> None:
    """Numbers rows by their place in `ids`."""
    for position, row_id in enumerate(ids):
        session.execute(update(table).where(col(table.id) == row_id).values(position=position, **values))


def _record(session: Session, actor: Actor, verb: str, thing: str, thing_id: str, **detail: object) -> None:
    audit.record(session, actor.kind, actor.id, verb, thing, thing_id, **detail)


def _demand_free_name(session: Session, name: str, but: str = "") -> None:
    taken = session.exec(select(Flow.id).where(func.lower(Flow.name) == name.lower(), Flow.id != but)).first()
    if taken:
        raise NameTaken("name")


def create_flow(session: Session, actor: Actor, form: FlowForm) -> Flow:
    """A new flow with a first stage and substage, so that an opportunity can begin in it at once."""
    demand_modifying(actor)
    _demand_free_name(session, form.name)
    count = session.exec(select(func.count()).select_from(Flow)).one()
    rules.demand_room(count, rules.MOST_FLOWS)
    flow = Flow(name=form.name, public_name=form.public_name or {default_language(session): form.name}, position=count)
    session.add(flow)
    session.flush()
    stage = Stage(flow_id=flow.id, position=0, changed_by=actor.name,
                  public_name={language: translate(language, FIRST_STAGE) for language in LANGUAGES})
    session.add(stage)
    session.flush()
    session.add(Substage(stage_id=stage.id, position=0, changed_by=actor.name,
                         public_name={language: translate(language, FIRST_SUBSTAGE) for language in LANGUAGES}))
    session.flush()
    _record(session, actor, "create", "flow", flow.id, name=flow.name)
    publish(session, FlowCreated(flow_id=flow.id))
    return flow


def rename_flow(session: Session, actor: Actor, flow_id: str, form: FlowForm) -> Flow:
    flow = _locked_flow(session, actor, flow_id)
    _demand_free_name(session, form.name, flow.id)
    before = flow.name
    flow.name = form.name
    flow.public_name = form.public_name or {**flow.public_name, default_language(session): form.name}
    flow.version += 1
    session.add(flow)
    session.flush()
    _record(session, actor, "rename", "flow", flow.id, before=before, after=flow.name)
    return flow


def move_flow(session: Session, actor: Actor, flow_id: str, position: int) -> None:
    demand_modifying(actor)
    ids = list(session.exec(select(Flow.id).order_by(col(Flow.position), col(Flow.id)).with_for_update()))
    if flow_id not in ids:
        raise NotFound
    _place(session, Flow, rules.moved(ids, flow_id, position), version=Flow.version + 1)
    _record(session, actor, "reorder", "flow", flow_id, position=position)


def create_stage(session: Session, actor: Actor, flow_id: str, form: StageForm) -> Stage:
    """A new stage at the end. Customers see it when it has a substage."""
    tree = _locked_tree(session, actor, flow_id)
    rules.demand_name(form.public_name, default_language(session))
    rules.demand_room(len(tree.stages), rules.MOST_STAGES)
    stage = Stage(flow_id=flow_id, position=len(tree.stages), public_name=form.public_name,
                  public_description=form.public_description, changed_by=actor.name)
    session.add(stage)
    session.flush()
    _record(session, actor, "create", "stage", stage.id, flow_id=flow_id)
    return stage


def create_substage(session: Session, actor: Actor, stage_id: str, form: SubstageForm) -> Substage:
    """A new substage at the end of a stage."""
    _, stage = _tree_of_stage(session, actor, stage_id)
    rules.demand_name(form.public_name, default_language(session))
    rules.demand_room(len(stage.substages), rules.MOST_SUBSTAGES)
    substage = Substage(stage_id=stage_id, position=len(stage.substages), public_name=form.public_name,
                        public_description=form.public_description, view_kind=form.view_kind, ball=form.ball or "",
                        changed_by=actor.name)
    session.add(substage)
    session.flush()
    _record(session, actor, "create", "substage", substage.id, stage_id=stage_id, view_kind=form.view_kind)
    return substage


def move_stage(session: Session, actor: Actor, stage_id: str, position: int) -> None:
    tree, _ = _tree_of_stage(session, actor, stage_id)
    _place(session, Stage, rules.moved([stage.id for stage in tree.stages], stage_id, position))
    _record(session, actor, "reorder", "stage", stage_id, position=position)


def move_substage(session: Session, actor: Actor, substage_id: str, position: int, stage_id: str = "") -> None:
    """To another place in its stage, or in another stage of the same flow."""
    tree, substage = _tree_of_substage(session, actor, substage_id)
    home, target = tree.stage(substage.stage_id), tree.stage(stage_id or substage.stage_id)
    if home is None or target is None:
        raise NotFound
    if target.id != home.id:
        rules.demand_room(len(target.substages), rules.MOST_SUBSTAGES)
        _place(session, Substage, [other.id for other in home.substages if other.id != substage_id])
    ids = rules.moved([other.id for other in target.substages], substage_id, position)
    _place(session, Substage, ids, stage_id=target.id)
    _record(session, actor, "reorder", "substage", substage_id, position=position, stage_id=target.id)


# Saving what customers read


def _save(session: Session, actor: Actor, row: Row, flow_id: str, version: int, **values: object) -> None:
    """Writes `values` when nobody has saved since `version`; the row's own version decides, in one statement."""
    table = type(row)
    result = session.execute(
        update(table).where(col(table.id) == row.id, col(table.version) == version)
        .values(**values, version=version + 1, changed_at=now(), changed_by=actor.name))
    assert isinstance(result, CursorResult)
    session.refresh(row)
    if not result.rowcount:
        node = StageNode if isinstance(row, Stage) else SubstageNode
        raise SavedMeanwhile(node(**row.model_dump()))
    session.execute(update(Flow).where(col(Flow.id) == flow_id).values(version=Flow.version + 1))
    live.touch(session, live.flow_topic(flow_id))


def _changed(row: Stage | Substage, values: Mapping[str, object]) -> list[str]:
    return [name for name, value in values.items() if getattr(row, name) != value]


def save_stage(session: Session, actor: Actor, stage_id: str, form: StageForm, version: int) -> Stage:
    """Saves the texts of a stage, or raises `SavedMeanwhile` with what somebody else saved since `version`."""
    demand_modifying(actor)
    stage = session.get(Stage, stage_id)
    if stage is None:
        raise NotFound
    rules.demand_name(form.public_name, default_language(session))
    values = {"public_name": form.public_name, "public_description": form.public_description}
    changed = _changed(stage, values)
    _save(session, actor, stage, stage.flow_id, version, **values)
    _record(session, actor, "save", "stage", stage_id, changed=changed)
    return stage


def save_substage(session: Session, actor: Actor, substage_id: str, form: SubstageForm, version: int) -> Substage:
    """Saves texts and view of a substage, or raises `SavedMeanwhile` with what somebody else saved since `version`."""
    demand_modifying(actor)
    substage = session.get(Substage, substage_id)
    if substage is None:
        raise NotFound
    rules.demand_name(form.public_name, default_language(session))
    values = {"public_name": form.public_name, "public_description": form.public_description,
              "view_kind": form.view_kind.value if form.view_kind else None}
    if "ball" in form.model_fields_set:  # a form that does not ask leaves it
        values["ball"] = form.ball.value if form.ball else ""
    changed = _changed(substage, values)
    _save(session, actor, substage, flow_of_substage(session, substage_id), version, **values)
    _record(session, actor, "save", "substage", substage_id, changed=changed)
    return substage


# Deleting what is empty


def _delete(session: Session, tree: FlowTree, row: Flow | Stage | Substage, gone: list[str]) -> None:
    """Tells who refers to it, then deletes. The database has the last word on opportunities that stand there."""
    if gone:
        publish(session, SubstagesDeleted(flow_id=tree.id, substage_ids=gone))
    if isinstance(row, Flow):
        publish(session, FlowDeleted(flow_id=tree.id))
    try:
        session.execute(delete(Substage).where(col(Substage.id).in_(gone)))
        if isinstance(row, Flow):
            session.execute(delete(Stage).where(col(Stage.flow_id) == row.id))
        if not isinstance(row, Substage):
            session.delete(row)
            session.flush()
    except IntegrityError as refused:
        raise StillInUse(count=1) from refused


def delete_substage(session: Session, actor: Actor, substage_id: str) -> None:
    tree, substage = _tree_of_substage(session, actor, substage_id)
    rules.demand_rest(tree, [substage_id])
    _delete(session, tree, session.get_one(Substage, substage_id), [substage_id])
    home = tree.stage(substage.stage_id)
    _place(session, Substage, [other.id for other in home.substages if other.id != substage_id] if home else [])
    _record(session, actor, "delete", "substage", substage_id, flow_id=tree.id, name=substage.public_name)


def delete_stage(session: Session, actor: Actor, stage_id: str) -> None:
    tree, stage = _tree_of_stage(session, actor, stage_id)
    gone = [substage.id for substage in stage.substages]
    rules.demand_rest(tree, gone)
    _delete(session, tree, session.get_one(Stage, stage_id), gone)
    _place(session, Stage, [other.id for other in tree.stages if other.id != stage_id])
    _record(session, actor, "delete", "stage", stage_id, flow_id=tree.id, name=stage.public_name)


def delete_flow(session: Session, actor: Actor, flow_id: str) -> None:
    tree = _locked_tree(session, actor, flow_id)
    _delete(session, tree, session.get_one(Flow, flow_id), [substage.id for substage in tree.substages()])
    _record(session, actor, "delete", "flow", flow_id, name=tree.name)
