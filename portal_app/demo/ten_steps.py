"""A process of ten steps that asks for something in most of them: fields, conditions and all five documentation views."""

from __future__ import annotations

from typing import Any

from ..automations.service import ActionForm, ActionListForm, save_actions
from ..core.forms import parse
from ..flows import service as flows
from ..flows import trees
from ..flows.conditions import create_condition
from ..flows.contents import save_contents
from ..flows.field_forms import ConditionForm, ContentsForm, FieldForm
from ..flows.field_service import create_field
from ..flows.models import Substage
from ..flows.rules import FlowForm, StageForm, SubstageForm
from .build import Demo, read


def build_ten_steps(demo: Demo) -> dict[str, str]:
    """Builds the flow into `demo` and gives the ids of its fields by their keys."""
    content = read("ten_steps")
    fields = build_fields(demo, content["fields"])
    conditions = {key: create_condition(demo.session, demo.administrator, parse(ConditionForm, condition)).id
                  for key, condition in content["conditions"].items()}
    plan = content["flow"]
    flow = flows.create_flow(demo.session, demo.administrator, FlowForm(name=plan["name"],
                                                                        public_name=plan["public_name"]))
    first = trees.get_flow_tree(demo.session, flow.id).stages[0].id
    for part in plan["stages"]:
        stage = flows.create_stage(demo.session, demo.administrator, flow.id, StageForm(public_name=part["name"]))
        for step in part["substages"]:
            _build_step(demo, stage.id, step, fields, conditions)
    flows.delete_stage(demo.session, demo.administrator, first)
    demo.flow_id = flow.id
    for trigger, target in plan["moves"].items():
        save_actions(demo.session, demo.administrator, ActionListForm(trigger=trigger, flow_id=flow.id, actions=[
            ActionForm(kind="move", substage_id=demo.substages[target])]))
    return fields


def build_fields(demo: Demo, definitions: dict[str, Any]) -> dict[str, str]:
    made = {}
    for key, field in definitions.items():
        form = {"kind": field["kind"], "label": field["label"], "help": field.get("help", {}),
                "group_name": field.get("group", {}), "limits": field.get("limits", {}),
                "options": [{"label": option["label"]} for option in field.get("options", [])]}
        made[key] = create_field(demo.session, demo.administrator, parse(FieldForm, form)).id
    return made


def _build_step(demo: Demo, stage_id: str, step: dict[str, Any], fields: dict[str, str],
                conditions: dict[str, str]) -> None:
    substage = flows.create_substage(demo.session, demo.administrator, stage_id, SubstageForm(
        public_name=step["name"], public_description=step["description"], view_kind=step.get("view"),
        ball=step.get("ball")))
    demo.substages[step["key"]] = substage.id
    ask(demo, substage, [(fields[key], mode) for key, mode in step.get("fields", [])],
        [conditions[key] for key in step.get("conditions", [])])


def ask(demo: Demo, substage: Substage, fields: list[tuple[str, str]], condition_ids: list[str]) -> None:
    """Which fields a substage asks for, each `required`, `optional` or `read_only`, and which conditions."""
    save_contents(demo.session, demo.administrator, substage.id, parse(ContentsForm, {
        "fields": [{"field_id": field_id, "is_required": mode == "required", "is_read_only": mode == "read_only"}
                   for field_id, mode in fields],
        "conditions": [{"condition_id": condition_id} for condition_id in condition_ids]}), substage.version)
