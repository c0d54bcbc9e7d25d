"""What the pages of flows show, made from trees, counts and drafts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlmodel import Session

from ....access.actors import Actor
from ....company.schemas import CompanySnapshot
from ....core.clock import now
from ....core.drafts import Draft, listed
from ....core.localized import in_language
from ....core.texts import msg, server_text, translate
from ....flows import service as flows
from ....flows.configuring import Palette, get_palette, lists_of_flow
from ....flows.rules import Ball, ball_of, missing
from ....flows.tree import FlowTree, StageNode, SubstageNode
from ....flows.trees import load_trees
from ....flows.view_kinds import view_of
from ....opportunities import service as opportunities
from ....opportunities.process import Passage, stages_of
from .schemas import Choice, Deletion, FlowRow, Preview, PreviewStage, StageRow, SubstageRow

SAMPLE_CUSTOMER = "Lucía"

YOUR_TURN = msg("Your turn")
WITH_US = msg("With us")
TURNS = {Ball.CUSTOMER: YOUR_TURN, Ball.COMPANY: WITH_US, Ball.GRID_OPERATOR: msg("With the grid operator"),
         Ball.AUTHORITY: msg("With the authority")}
GREETING = server_text("Good morning, {name}")
PLACE = server_text("Step {n} of {count}")


def read_flows(session: Session, actor: Actor) -> list[FlowRow]:
    """All flows with their numbers, by three queries."""
    found = flows.list_flows(session, actor)
    trees = load_trees(session, [flow.id for flow in found])
    counts = opportunities.count_by_flow(session)
    return [FlowRow(id=flow.id, name=flow.name, project_count=counts.get(flow.id, 0),
                    stage_count=len(trees[flow.id].stages), substage_count=len(list(trees[flow.id].substages())))
            for flow in found]


class Reading(NamedTuple):
    """A flow as the editor needs it. `counts` are the projects in each substage, `contents` its fields and conditions."""

    tree: FlowTree
    counts: dict[str, int]
    palette: Palette
    contents: dict[str, tuple[str, str]]


def read_editor(session: Session, actor: Actor, flow_id: str) -> Reading:
    return Reading(flows.get_visible_tree(session, actor, flow_id), opportunities.count_by_substage(session, flow_id),
                   get_palette(session, actor), lists_of_flow(session, actor, flow_id))


def rows_of(reading: Reading, language: str, company: CompanySnapshot) -> list[StageRow]:
    """The tree as the left column shows it."""
    tree, counts = reading.tree, reading.counts

    def asking(substage_id: str) -> dict:
        asked, accepted = reading.contents.get(substage_id, ("", ""))
        return {"field_count": len(listed(asked)), "condition_count": len(listed(accepted))}

    def shared(node: StageNode | SubstageNode) -> dict:
        gaps = missing(node.public_name, node.public_description, company.languages)
        return {"id": node.id, "name": in_language(node.public_name, language, company.default_language),
                "is_missing": bool(gaps), "missing": ", ".join(gaps).upper()}

    return [
        StageRow(**shared(stage), number=number, project_count=sum(counts.get(s.id, 0) for s in stage.substages),
                 substages=[SubstageRow(**shared(substage), **asking(substage.id), view_kind=substage.view_kind or "",
                                        project_count=counts.get(substage.id, 0)) for substage in stage.substages])
        for number, stage in enumerate(tree.stages, 1)
    ]


def deletion_of(tree: FlowTree, counts: Mapping[str, int], node: StageNode | SubstageNode, language: str,
                default_language: str) -> Deletion:
    """What deleting `node` would mean: how many projects it moves, where they may go, or that it can't be."""

    def name(of: StageNode | SubstageNode) -> str:
        return in_language(of.public_name, language, default_language)

    going = {substage.id for substage in node.substages} if isinstance(node, StageNode) else {node.id}
    targets = [Choice(value=substage.id, text=f"{name(stage)} · {name(substage)}")
               for stage in tree.stages for substage in stage.substages if substage.id not in going]
    return Deletion(kind="stage" if isinstance(node, StageNode) else "substage", id=node.id, name=name(node),
                    project_count=sum(counts.get(substage_id, 0) for substage_id in going), is_last=not targets,
                    targets=targets)


def _drafted(tree: FlowTree, node_id: str, draft: Draft) -> FlowTree:
    """The tree with the draft in the place of what is saved."""
    copy = tree.model_copy(deep=True)
    node = copy.substage(node_id) or copy.stage(node_id)
    if node is not None:
        for field, text in draft.items():
            part, _, language = field.partition(".")
            if language:
                getattr(node, part)[language] = text.strip()
        if isinstance(node, SubstageNode):
            node.view_kind, node.ball = draft["view_kind"] or None, draft.get("ball", "")
    return copy


def preview_of(tree: FlowTree, node_id: str, draft: Draft, language: str, default_language: str) -> Preview:
    """The customer's page with the draft: of the substage, or of a stage's first one."""
    tree = _drafted(tree, node_id, draft)
    substage = tree.substage(node_id)
    stage = tree.stage(substage.stage_id if substage else node_id)
    if substage is None and stage is not None and stage.substages:
        substage = stage.substages[0]
    if substage is None or stage is None:
        return Preview()
    at = now()
    history = [Passage(passed.id, at) for passed in tree.stages[:tree.stages.index(stage) + 1]]
    stages = stages_of(tree, substage.id, history, language, default_language, "UTC")
    place = [step.status for step in stages].index("current")
    view, ball = view_of(substage.view_kind), ball_of(substage.view_kind, substage.ball)
    return Preview(
        is_possible=True, greeting=translate(language, GREETING, name=SAMPLE_CUSTOMER),
        place=translate(language, PLACE, n=place + 1, count=len(stages)),
        stage_name=stages[place].name, stage_description=stages[place].description,
        turn="you" if ball == Ball.CUSTOMER else "us", turn_text=translate(language, TURNS[ball]),
        title=in_language(substage.public_name, language, default_language),
        description=in_language(substage.public_description, language, default_language),
        call=translate(language, view.call) if view and view.call else "",
        stages=[PreviewStage(name=step.name, status=step.status) for step in stages])
