"""Looks through a flow before customers do: where they could not go on, what they would read in another language.

Pure: the flow comes as plain data (`CheckedFlow`), the findings name a place and carry the values of their sentence.

Customers go on from a step that is theirs by what they do there (its acts) or by themselves (automatic moves); from any
other step a colleague goes on to the next one in the order of the flow. A step to which none of these ways leads is
reached by hand alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from ..automations.rules import loop_through
from ..core.errors import Values
from ..core.localized import Localized, missing_languages
from ..core.texts import msg
from ..flows.view_kinds import DOCUMENTATION, ViewKind, view_of


class Severity(StrEnum):
    STOPS = "stops"  # customers cannot go on, or something will not happen
    LOOK = "look"  # works, but probably not as meant


class Part(StrEnum):
    """Where in the editor it is mended; `SOURCES` is the page of external source actions."""

    INFORMATION = "information"
    VIEW = "view"
    FIELDS = "fields"
    CONDITIONS = "conditions"
    ACTIONS = "actions"
    SOURCES = "sources"


class FindingKind(StrEnum):
    NO_STEP = "no-step"
    DEAD_END = "dead-end"
    NO_GOOD_END = "no-good-end"
    UNREACHABLE = "unreachable"
    WAITS_FOR_STAFF = "waits-for-staff"
    UNKNOWN_READ_ONLY = "unknown-read-only"
    OPTIONAL_READ_ONLY = "optional-read-only"
    EMPTY_READ_ONLY = "empty-read-only"
    NOBODY_ASKS = "nobody-asks"
    NOTHING_ASKED = "nothing-asked"
    CONDITION_NOT_IN_EFFECT = "condition-not-in-effect"
    ACTION_WITHOUT_TARGET = "action-without-target"
    LOOP = "loop"
    FILES_WITHOUT_LIMIT = "files-without-limit"
    CHOICE_WITHOUT_OPTIONS = "choice-without-options"
    NAME_MISSING = "name-missing"
    DESCRIPTION_MISSING = "description-missing"
    FIELD_MISSING = "field-missing"
    CONDITION_MISSING = "condition-missing"


# Placeholders: {field}, {condition}, {languages}, {steps}. The step itself stands above its findings.
TEXTS: dict[FindingKind, str] = {
    FindingKind.NO_STEP: msg("This stage has no step: customers do not see it."),
    FindingKind.DEAD_END: msg("The way ends here, but the step is no end: nothing leads on."),
    FindingKind.NO_GOOD_END: msg("No step ends this process with success."),
    FindingKind.UNREACHABLE: msg("No step and no action leads here: projects come here only when somebody moves them."),
    FindingKind.WAITS_FOR_STAFF: msg(
        "After the customer is done here, nothing moves the project on. Somebody has to do it by hand."),
    FindingKind.UNKNOWN_READ_ONLY: msg(
        "“{field}” is required and read-only, but no step before asks for it: customers could not go on."),
    FindingKind.OPTIONAL_READ_ONLY: msg(
        "“{field}” is required and read-only, but may be left empty before: then customers could not go on."),
    FindingKind.EMPTY_READ_ONLY: msg("“{field}” is read-only, but no step before asks for it: it may be empty."),
    FindingKind.NOBODY_ASKS: msg(
        "Fields or conditions stand here, but without a view that can be sent customers only read them."),
    FindingKind.NOTHING_ASKED: msg("This step asks for documents, but has no field that can be filled in and no condition."),
    FindingKind.CONDITION_NOT_IN_EFFECT: msg("“{condition}” has no wording in effect yet: nobody is asked to accept it."),
    FindingKind.ACTION_WITHOUT_TARGET: msg("An action moves to a step that is gone. Choose another one."),
    FindingKind.LOOP: msg("Automatic moves lead round in a circle: {steps}."),
    FindingKind.FILES_WITHOUT_LIMIT: msg(
        "“{field}” says neither which files nor how large they may be: everything that the portal can read is taken."),
    FindingKind.CHOICE_WITHOUT_OPTIONS: msg("“{field}” offers no choice."),
    FindingKind.NAME_MISSING: msg("The name is not written in {languages}."),
    FindingKind.DESCRIPTION_MISSING: msg("The description is not written in {languages}."),
    FindingKind.FIELD_MISSING: msg("“{field}” is not written in {languages}."),
    FindingKind.CONDITION_MISSING: msg("“{condition}” is not written in {languages}."),
}

STOPPING = frozenset({
    FindingKind.DEAD_END, FindingKind.UNKNOWN_READ_ONLY, FindingKind.ACTION_WITHOUT_TARGET, FindingKind.LOOP,
    FindingKind.CHOICE_WITHOUT_OPTIONS})


@dataclass(frozen=True, slots=True)
class CheckedField:
    id: str
    name: str
    texts: tuple[Localized, ...] = ()  # label, help, group, options: each with what is written
    is_required: bool = False
    is_read_only: bool = False
    is_file: bool = False
    has_limits: bool = True
    is_choice: bool = False
    option_count: int = 0


@dataclass(frozen=True, slots=True)
class CheckedCondition:
    name: str
    texts: tuple[Localized, ...] = ()
    is_in_effect: bool = True


@dataclass(frozen=True, slots=True)
class CheckedMove:
    """An automatic move of a step; an empty target is one that is gone."""

    target_id: str
    is_at_once: bool = True  # on entering: nobody stays there


@dataclass(frozen=True, slots=True)
class CheckedStep:
    id: str
    stage_id: str
    name: str
    names: Localized
    descriptions: Localized = field(default_factory=dict)
    view_kind: str | None = None
    fields: tuple[CheckedField, ...] = ()
    conditions: tuple[CheckedCondition, ...] = ()
    moves: tuple[CheckedMove, ...] = ()
    sets_fields: frozenset[str] = frozenset()

    @property
    def acts(self) -> tuple[str, ...]:
        view = view_of(self.view_kind)
        return tuple(act.value for act in view.acts) if view else ()

    @property
    def is_end(self) -> bool:
        view = view_of(self.view_kind)
        return bool(view and view.ends_the_flow)


@dataclass(frozen=True, slots=True)
class CheckedStage:
    id: str
    name: str
    names: Localized
    descriptions: Localized = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckedFlow:
    """`act_moves`: where each act moves the project, by the list that holds for this flow; "" is a target that is gone."""

    languages: tuple[str, ...]
    stages: tuple[CheckedStage, ...]
    steps: tuple[CheckedStep, ...]
    act_moves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    act_sets_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """`place` is stage, substage or flow; `id` that of the stage or substage, empty for the flow. What is mended among the
    external source actions names the `act`."""

    kind: FindingKind
    place: str
    id: str
    part: Part
    values: Values = field(default_factory=dict)
    act: str = ""

    @property
    def severity(self) -> Severity:
        return Severity.STOPS if self.kind in STOPPING else Severity.LOOK


def check(flow: CheckedFlow) -> list[Finding]:
    """Everything that is found, in the order of the flow; what stops customers stands first at each place."""
    found = [*_of_flow(flow), *_reaching(flow), *_loops(flow)]
    known = _asked_before(flow)
    for stage in flow.stages:
        found += _of_stage(flow, stage)
    for step in flow.steps:
        found += _of_step(flow, step, known[step.id])
    places = {"": 0} | {each: n for n, each in enumerate(_in_order(flow), 1)}
    return sorted(found, key=lambda finding: (places[finding.id], finding.severity is Severity.LOOK))


def _in_order(flow: CheckedFlow) -> Iterator[str]:
    for stage in flow.stages:
        yield stage.id
        yield from (step.id for step in flow.steps if step.stage_id == stage.id)


def _here(kind: FindingKind, step: CheckedStep, part: Part, **values: str) -> Finding:
    return Finding(kind, "substage", step.id, part, values)


def _of_act(kind: FindingKind, step: CheckedStep, act: str) -> Finding:
    return Finding(kind, "substage", step.id, Part.SOURCES, act=act)


# The way through the flow


def ways_on(flow: CheckedFlow, step: CheckedStep) -> set[str]:
    """Where projects go from a step: by automatic moves, by what the customer does, or by a colleague to the next."""
    known = {each.id for each in flow.steps}
    automatic = {move.target_id for move in step.moves} & known
    if step.is_end:
        return automatic
    if any(move.is_at_once and move.target_id in known for move in step.moves):
        return automatic  # nobody stays here
    by_acts = {target for act in step.acts for target in flow.act_moves.get(act, ())} & known
    if by_acts:
        return automatic | by_acts
    following = flow.steps[flow.steps.index(step) + 1:]
    return automatic | ({following[0].id} if following else set())


def reached(flow: CheckedFlow) -> set[str]:
    """The steps that a project can come to, from the first one on."""
    if not flow.steps:
        return set()
    steps = {step.id: step for step in flow.steps}
    seen, waiting = set(), [flow.steps[0].id]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting.extend(ways_on(flow, steps[here]))
    return seen


def _reaching(flow: CheckedFlow) -> Iterator[Finding]:
    seen = reached(flow)
    for step in flow.steps:
        # That somebody ends a project that failed is by hand as a rule.
        if step.id not in seen and step.view_kind != ViewKind.FINALIZATION_FAILED:
            yield _here(FindingKind.UNREACHABLE, step, Part.INFORMATION)
        if step.is_end:
            continue
        if not ways_on(flow, step):
            yield _here(FindingKind.DEAD_END, step, Part.VIEW)
        elif step.acts and not any(flow.act_moves.get(act) for act in step.acts) and not step.moves:
            yield _of_act(FindingKind.WAITS_FOR_STAFF, step, step.acts[0])


def _loops(flow: CheckedFlow) -> Iterator[Finding]:
    names = {step.id: step.name for step in flow.steps}
    moves = {step.id: [move.target_id for move in step.moves if move.target_id in names] for step in flow.steps}
    told: set[frozenset[str]] = set()
    for step in flow.steps:
        way = loop_through(moves, step.id)
        if way and frozenset(way) not in told:
            told.add(frozenset(way))
            yield _here(FindingKind.LOOP, step, Part.ACTIONS, steps=" → ".join(names[each] for each in way))


# What is asked


class Known(NamedTuple):
    """Fields that were asked for or set before a step; `sure` are those that cannot have been left empty."""

    asked: frozenset[str]
    sure: frozenset[str]

    def and_set(self, ids: Set[str]) -> Known:
        return Known(self.asked.union(ids), self.sure.union(ids))


def _asked_before(flow: CheckedFlow) -> dict[str, Known]:
    """By step: the fields that a step before it asks for, or that an action before it sets.

    *Before* is the order of the flow: who jumps over a step by hand knows what they leave out.
    """
    known = Known(frozenset(), frozenset())
    before: dict[str, Known] = {}
    for step in flow.steps:
        known = before[step.id] = known.and_set(step.sets_fields)
        if step.acts:
            asked = [each for each in step.fields if not each.is_read_only]
            known = Known(known.asked.union(each.id for each in asked),
                          known.sure.union(each.id for each in asked if each.is_required))
        known = known.and_set({each for act in step.acts for each in flow.act_sets_fields.get(act, ())})
    return before


def _of_step(flow: CheckedFlow, step: CheckedStep, known: Known) -> Iterator[Finding]:
    yield from _written(flow, "substage", step.id, step.names, step.descriptions)
    if any(not move.target_id for move in step.moves):
        yield _here(FindingKind.ACTION_WITHOUT_TARGET, step, Part.ACTIONS)
    for act in step.acts:
        if not all(flow.act_moves.get(act, ())):
            yield _of_act(FindingKind.ACTION_WITHOUT_TARGET, step, act)
    open_fields = [each for each in step.fields if not each.is_read_only]
    if not step.acts and (open_fields or step.conditions):
        part = Part.FIELDS if open_fields else Part.CONDITIONS
        yield _here(FindingKind.NOBODY_ASKS, step, part)
    if step.view_kind in tuple(DOCUMENTATION) and not (open_fields or step.conditions):
        yield _here(FindingKind.NOTHING_ASKED, step, Part.FIELDS)
    for each in step.fields:
        yield from _of_field(flow, step, each, known)
    for each in step.conditions:
        if not each.is_in_effect:
            yield _here(FindingKind.CONDITION_NOT_IN_EFFECT, step, Part.CONDITIONS, condition=each.name)
        gaps = _gaps(each.texts, flow.languages)
        if gaps and each.is_in_effect:
            yield _here(FindingKind.CONDITION_MISSING, step, Part.CONDITIONS, condition=each.name, languages=gaps)


def _of_field(flow: CheckedFlow, step: CheckedStep, asked: CheckedField, known: Known) -> Iterator[Finding]:
    stops = asked.is_required and bool(step.acts)
    if asked.is_read_only and stops and asked.id in known.asked - known.sure:
        yield _here(FindingKind.OPTIONAL_READ_ONLY, step, Part.FIELDS, field=asked.name)
    if asked.is_read_only and asked.id not in known.asked:
        kind = FindingKind.UNKNOWN_READ_ONLY if stops else FindingKind.EMPTY_READ_ONLY
        yield _here(kind, step, Part.FIELDS, field=asked.name)
    if asked.is_file and not asked.is_read_only and not asked.has_limits:
        yield _here(FindingKind.FILES_WITHOUT_LIMIT, step, Part.FIELDS, field=asked.name)
    if asked.is_choice and not asked.is_read_only and not asked.option_count:
        yield _here(FindingKind.CHOICE_WITHOUT_OPTIONS, step, Part.FIELDS, field=asked.name)
    gaps = _gaps(asked.texts, flow.languages)
    if gaps:
        yield _here(FindingKind.FIELD_MISSING, step, Part.FIELDS, field=asked.name, languages=gaps)


# Texts


def _gaps(texts: Iterable[Localized], languages: Sequence[str]) -> str:
    """The languages in which one of these texts is missing. A text that nobody wrote is missing in none."""
    gaps = {language for text in texts if any(text.values()) for language in missing_languages(text, tuple(languages))}
    return ", ".join(language.upper() for language in languages if language in gaps)


def _written(flow: CheckedFlow, place: str, id: str, names: Localized, descriptions: Localized) -> Iterator[Finding]:
    without_name = ", ".join(language.upper() for language in missing_languages(names, flow.languages))
    if without_name:
        yield Finding(FindingKind.NAME_MISSING, place, id, Part.INFORMATION, {"languages": without_name})
    without_description = _gaps([descriptions], flow.languages)
    if without_description:
        yield Finding(FindingKind.DESCRIPTION_MISSING, place, id, Part.INFORMATION, {"languages": without_description})


def _of_stage(flow: CheckedFlow, stage: CheckedStage) -> Iterator[Finding]:
    yield from _written(flow, "stage", stage.id, stage.names, stage.descriptions)
    if not any(step.stage_id == stage.id for step in flow.steps):
        yield Finding(FindingKind.NO_STEP, "stage", stage.id, Part.INFORMATION)


def _of_flow(flow: CheckedFlow) -> Iterator[Finding]:
    if not any(step.view_kind == ViewKind.FINALIZATION_SUCCESS for step in flow.steps):
        yield Finding(FindingKind.NO_GOOD_END, "flow", "", Part.VIEW)
