"""The checker over a flow as it is saved, by a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pydantic import BaseModel
from sqlmodel import Session, col, select

from ..access.actors import Actor
from ..automations.models import ActionList, ActionRow
from ..automations.rules import STEP, TRIGGERS, ActionKind, Moment
from ..company.service import company_snapshot
from ..core.clock import now
from ..core.localized import Localized, in_language
from ..flows.contents import spec_of
from ..flows.field_kinds import CHOICE_KINDS, FieldSpec
from ..flows.models import Condition, ConditionVersion, DynamicField, SubstageCondition, SubstageField
from ..flows.service import get_visible_tree
from ..flows.tree import FlowTree
from . import checker
from .checker import CheckedCondition, CheckedField, CheckedFlow, CheckedMove, CheckedStage, CheckedStep, Finding


class FoundRow(BaseModel):
    """A finding as the page shows it; `text` is a catalogue text with `values`."""

    kind: str
    text: str
    values: dict[str, str]
    severity: str
    part: str
    act: str


class FoundPlace(BaseModel):
    """A stage or substage (`place`) with what was found there; an empty id is the process as a whole."""

    place: str
    id: str
    name: str
    rows: list[FoundRow]


class CheckReport(BaseModel):
    places: list[FoundPlace] = []
    stops: int = 0
    looks: int = 0


def check_flow(session: Session, actor: Actor, flow_id: str) -> CheckReport:
    """What the checker finds in a flow. Whoever may read flows may check them."""
    tree = get_visible_tree(session, actor, flow_id)
    language = actor.language
    findings = checker.check(_checked(session, tree, language))
    names = {stage.id: _name(stage.public_name, language) for stage in tree.stages}
    names |= {substage.id: _name(substage.public_name, language) for substage in tree.substages()}
    places: dict[str, FoundPlace] = {}
    for finding in findings:
        place = places.setdefault(finding.id, FoundPlace(
            place=finding.place, id=finding.id, name=names.get(finding.id, ""), rows=[]))
        place.rows.append(_row(finding))
    stops = sum(finding.severity is checker.Severity.STOPS for finding in findings)
    return CheckReport(places=list(places.values()), stops=stops, looks=len(findings) - stops)


def _row(finding: Finding) -> FoundRow:
    return FoundRow(kind=finding.kind.value, text=checker.TEXTS[finding.kind], severity=finding.severity.value,
                    part=finding.part.value, act=finding.act,
                    values={name: str(value) for name, value in finding.values.items()})


def _name(texts: Mapping[str, str], language: str) -> str:
    return in_language(texts, language, company_snapshot().default_language)


def _checked(session: Session, tree: FlowTree, language: str) -> CheckedFlow:
    ids = [substage.id for substage in tree.substages()]
    fields, conditions = _fields(session, ids, language), _conditions(session, ids)
    lists = _actions(session, tree.id, ids)
    steps = tuple(
        CheckedStep(
            id=substage.id, stage_id=substage.stage_id, name=_name(substage.public_name, language),
            names=substage.public_name, descriptions=substage.public_description, view_kind=substage.view_kind,
            fields=tuple(fields[substage.id]), conditions=tuple(conditions[substage.id]),
            moves=tuple(CheckedMove(row.substage_id or "", row.moment == Moment.ENTER)
                        for row in lists[substage.id] if row.kind == ActionKind.MOVE),
            sets_fields=_fields_set(lists[substage.id]))
        for substage in tree.substages())
    return CheckedFlow(
        languages=company_snapshot().languages, steps=steps,
        stages=tuple(CheckedStage(id=stage.id, name=_name(stage.public_name, language), names=stage.public_name,
                                  descriptions=stage.public_description) for stage in tree.stages),
        act_moves={trigger: tuple(row.substage_id or "" for row in lists[trigger] if row.kind == ActionKind.MOVE)
                   for trigger in TRIGGERS},
        act_sets_fields={trigger: _fields_set(lists[trigger]) for trigger in TRIGGERS})


def _fields_set(rows: Iterable[ActionRow]) -> frozenset[str]:
    return frozenset(str(row.detail.get("field_id", "")) for row in rows if row.kind == ActionKind.SET_FIELD)


def _fields(session: Session, substage_ids: list[str], language: str) -> Mapping[str, list[CheckedField]]:
    rows = session.exec(
        select(SubstageField, DynamicField).join(DynamicField, col(DynamicField.id) == SubstageField.field_id)
        .where(col(SubstageField.substage_id).in_(substage_ids), col(DynamicField.archived_at).is_(None))
        .order_by(col(SubstageField.position), col(SubstageField.field_id)))
    found: dict[str, list[CheckedField]] = defaultdict(list)
    for place, row in rows:
        spec = spec_of(row, place.is_required, place.is_read_only)
        found[place.substage_id].append(_field(spec, language))
    return found


def _field(spec: FieldSpec, language: str) -> CheckedField:
    options = [option for option in spec.options if not option.is_retired]
    return CheckedField(
        id=spec.id, name=_name(spec.label, language), is_required=spec.is_required, is_read_only=spec.is_read_only,
        texts=(spec.label, spec.help, spec.group_name, *(option.label for option in options)), is_file=spec.is_file,
        has_limits=bool(spec.limits.file_types or spec.limits.max_file_mb), is_choice=spec.kind in CHOICE_KINDS,
        option_count=len(options))


def _conditions(session: Session, substage_ids: list[str]) -> Mapping[str, list[CheckedCondition]]:
    rows = session.exec(
        select(SubstageCondition, Condition).join(Condition, col(Condition.id) == SubstageCondition.condition_id)
        .where(col(SubstageCondition.substage_id).in_(substage_ids), col(Condition.archived_at).is_(None))
        .order_by(col(SubstageCondition.position), col(SubstageCondition.condition_id))).all()
    in_effect = _wordings(session, {condition.id for _, condition in rows})
    found: dict[str, list[CheckedCondition]] = defaultdict(list)
    for place, condition in rows:
        texts = in_effect.get(condition.id)
        found[place.substage_id].append(CheckedCondition(
            name=condition.name, texts=texts or (), is_in_effect=texts is not None))
    return found


def _wordings(session: Session, condition_ids: Iterable[str]) -> dict[str, tuple[Localized, ...]]:
    """Title and text of the version in effect, by condition."""
    versions = session.exec(
        select(ConditionVersion).where(col(ConditionVersion.condition_id).in_(sorted(condition_ids)),
                                       col(ConditionVersion.effective_at) <= now())
        .order_by(col(ConditionVersion.number)))
    return {version.condition_id: (version.title, version.text) for version in versions}


def _actions(session: Session, flow_id: str, substage_ids: list[str]) -> Mapping[str, list[ActionRow]]:
    """By substage the actions of the step; by trigger those that hold for this flow: its own list, else the general."""
    lists = session.exec(select(ActionList).where(
        ((col(ActionList.trigger) == STEP.key) & col(ActionList.scope).in_(substage_ids))
        | ((col(ActionList.trigger) != STEP.key) & col(ActionList.scope).in_(("", flow_id))))).all()
    key_of = {each.id: each.scope for each in lists if each.trigger == STEP.key}
    for each in sorted((each for each in lists if each.trigger != STEP.key), key=lambda each: each.scope):
        key_of = {list_id: key for list_id, key in key_of.items() if key != each.trigger} | {each.id: each.trigger}
    found: dict[str, list[ActionRow]] = defaultdict(list)
    for row in session.exec(select(ActionRow).where(col(ActionRow.list_id).in_(sorted(key_of)))
                            .order_by(col(ActionRow.position))):
        found[key_of[row.list_id]].append(row)
    return found
