"""What staff write anew about a flow, for all pages that show it, before each of them has read itself anew.

It is the same for all who stand at one step and read one language, so it is made once for them. What somebody fills in is
their own: a form gets new labels and helps; where it asks for something else now, its reader is told so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from reflex.constants.state import FIELD_MARKER
from sqlmodel import Session

from ..company.service import company_snapshot
from ..core.database import run_short_read
from ..core.live import Hub
from ..core.localized import in_language
from ..flows.contents import StepContents, contents_of
from ..flows.rules import ball_of
from ..flows.tree import FlowTree, StageNode, SubstageNode
from ..flows.trees import get_flow_tree
from ..opportunities.process import shown_stages
from ..opportunities.step_schemas import StepField
from ..opportunities.steps import unanswered
from ..ui.live import Delta
from ..ui.shell_state import ShellState
from .home.state import HomeState
from .step.shown import shape_of, words_of_form
from .step.state import StepState

Words = dict[str, dict[str, Any]]  # of stages, steps, groups and fields, by id
FLOW = "flow:"


class _Crowd(NamedTuple):
    """Pages that have a topic of `core.live` in common: that name a step, show its turn, what it asks, in which shape."""

    kind: str  # step, turn, form, shape
    substage_id: str
    language: str
    shape: str = ""


async def say_words(topic: str, hub: Hub) -> Mapping[str, Delta]:
    """The topics of the pages that follow a flow, each with what its followers read now."""
    if not topic.startswith(FLOW):
        return {}
    tree = await run_short_read(get_flow_tree, topic.removeprefix(FLOW))
    steps = {step.id: step for step in tree.substages()}
    crowds = {address: _Crowd(*parts) for address in hub.topics
              if (parts := address.split(":"))[0] in ("step", "turn", "form", "shape") and parts[1] in steps}
    contents = await run_short_read(_read_contents, {crowd.substage_id for crowd in crowds.values()})
    said: dict[str, Delta] = {}
    for address, crowd in crowds.items():
        step = steps[crowd.substage_id]
        asked = contents[step.id]
        fields = unanswered(asked.fields, step.view_kind, crowd.language)
        if crowd.kind in ("step", "turn"):
            words = _words_of_way(tree, step, fields, crowd.language)
            if crowd.kind == "turn":
                words[step.id] |= {"view_kind": step.view_kind or "", "ball": ball_of(step.view_kind, step.ball).value}
            said[address] = _delta(HomeState, words=words)
        elif crowd.kind == "form":
            form = words_of_form(fields, company_snapshot().currency)
            said[address] = _delta(StepState, words=_words_of_parts([step], crowd.language) | form)
        elif crowd.shape != shape_of(fields, [condition.version_id for condition in asked.conditions]):
            said[address] = _delta(ShellState, is_changed_elsewhere=True)
    return said


def _read_contents(session: Session, substage_ids: Collection[str]) -> dict[str, StepContents]:
    return {substage_id: contents_of(session, substage_id) for substage_id in substage_ids}


def _delta(state: Any, **values: Any) -> Delta:
    return {state.get_full_name(): {f"{name}{FIELD_MARKER}": value for name, value in values.items()}}


def _words_of_way(tree: FlowTree, step: SubstageNode, fields: Collection[StepField], language: str) -> Words:
    """What a customer at a step sees of the flow; of a step that only informs also the names of what it shows."""
    words = _words_of_parts([*shown_stages(tree, step.id, set()), step], language)
    flow_name = tree.title(language, company_snapshot().default_language)
    words[step.id] |= {"step_name": words[step.id]["name"], "flow_name": flow_name}
    return words if step.view_kind else words | {field.id: {"label": field.label} for field in fields}


def _words_of_parts(parts: Collection[StageNode | SubstageNode], language: str) -> Words:
    fallback = company_snapshot().default_language
    return {part.id: {"name": in_language(part.public_name, language, fallback),
                      "description": in_language(part.public_description, language, fallback)} for part in parts}
