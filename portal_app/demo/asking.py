"""What the demonstration's steps ask for, and what its customers have answered on their way."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from sqlmodel import Session

from ..access.actors import Actor
from ..automations.service import ActionForm, ActionListForm, save_actions
from ..core import files
from ..core.forms import parse
from ..documents import field_files
from ..documents.parsers import parse_file_here
from ..documents.purposes import Asked
from ..documents.rules import Kind, Scan
from ..documents.service import accept_document, add_document, list_attachments
from ..flows import conditions, contents, field_service
from ..flows.field_forms import ConditionForm, ContentsForm, FieldForm
from ..flows.view_kinds import view_of
from ..opportunities.models import Opportunity
from ..opportunities.step_reading import get_step
from ..opportunities.steps import submit_step

assert field_files  # the fields' files are known once this is imported

# How a step of the data names what it asks for: `use!` is required, `use=` only shown, `sale*` asked again.
MARKS = {"!": "is_required", "=": "is_read_only", "*": "asks_again"}


def build_asked(session: Session, actor: Actor, flow_id: str, substages: dict[str, str], asked: dict[str, Any]) -> None:
    """Fields, conditions, the steps that ask for them, and where each leads."""
    field_ids = {part["key"]: field_service.create_field(session, actor, parse(FieldForm, _form_of(part))).id
                 for part in asked["fields"]}
    condition_ids = {part["key"]: conditions.create_condition(session, actor, parse(ConditionForm, {
        name: part[name] for name in ("name", "title", "text")})).id for part in asked["conditions"]}
    for key, step in asked["steps"].items():
        _, version = contents.read_contents(session, actor, substages[key])
        substage = contents.save_contents(session, actor, substages[key], parse(ContentsForm, {
            "fields": [_place(name, "field_id", field_ids) for name in step["fields"]],
            "conditions": [_place(name, "condition_id", condition_ids) for name in step["conditions"]]}), version)
        view = view_of(substage.view_kind)
        assert view is not None
        save_actions(session, actor, ActionListForm(trigger=view.acts[0], flow_id=flow_id, actions=[
            ActionForm(kind="move", substage_id=substages[step["leads_to"]])]))


def _form_of(part: dict[str, Any]) -> dict[str, Any]:
    form = {name: part[name] for name in ("kind", "label", "help", "group_name", "limits") if name in part}
    return {**form, "options": [{"label": option["label"]} for option in part.get("options", [])]}


def _place(name: str, id_name: str, ids: dict[str, str]) -> dict[str, Any]:
    key, mark = (name[:-1], name[-1]) if name[-1] in MARKS else (name, "")
    return {id_name: ids[key], **({MARKS[mark]: True} if mark else {})}


def answer_step(session: Session, customer: Actor, staff: Actor, opportunity: Opportunity, asked: dict[str, Any]) -> None:
    """The customer gives what the present step asks for, as the data's samples say; staff accept the files."""
    step = get_step(session, customer, opportunity.id, "en")
    samples = {part["label"]["en"]: part for part in asked["fields"]}
    values: dict[str, Any] = {}
    for field in step.fields:
        part = samples[field.label]
        if field.mode == "edit" and "sample" in part:
            values[field.id] = _sample(part["sample"], [choice.key for choice in field.choices])
        for name in part.get("sample_pictures", []) if field.mode == "edit" else []:
            _give_picture(session, customer, opportunity.id, field.id, name)
    submit_step(session, customer, opportunity.id, values, [condition.version_id for condition in step.conditions],
                "192.0.2.1", "en")
    for document in list_attachments(session, staff, opportunity.id):
        if document.review == "open":
            accept_document(session, staff, document.id)


def _sample(sample: Any, keys: list[str]) -> Any:
    """Choices are named by their place."""
    if keys:
        return [keys[place] for place in sample] if isinstance(sample, list) else keys[sample]
    return sample


def _give_picture(session: Session, customer: Actor, opportunity_id: str, field_id: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, into = Path(folder) / "source.jpg", Path(folder) / "into"
        into.mkdir()
        source.write_bytes(_picture(name))
        reading = parse_file_here(source, f"{name}.jpg", (Kind.JPEG,), into)
        keys = files.store_file(reading.content), files.store_file(reading.thumbnail) if reading.thumbnail else ""
        add_document(session, customer, Asked("field", opportunity_id, field_id), reading, Scan.OFF, *keys)


@cache
def _picture(name: str) -> bytes:
    """A drawing that passes for a photo: a card from both sides, a cabinet closed and open."""
    import io

    image = Image.new("RGB", (1200, 800), "#d9d4c7")
    draw = ImageDraw.Draw(image)
    if name in ("front", "back"):
        draw.rounded_rectangle((120, 120, 1080, 680), 40, "#f4f7f5", "#0b5b57", 6)
        if name == "front":
            draw.rectangle((180, 220, 420, 560), "#b9c9c4")
            draw.ellipse((250, 270, 350, 380), "#8aa39c")
            draw.pieslice((210, 390, 390, 640), 180, 360, "#8aa39c")
        for row in range(5):
            draw.rectangle((480, 230 + row * 70, 980 - row * 60, 256 + row * 70), "#c7d3cf")
    else:
        draw.rectangle((300, 60, 900, 760), "#f2f2ef", "#8d8d88", 8)
        if name == "closed":
            draw.rectangle((860, 380, 880, 440), "#55554f")
        for row in range(3 if name == "open" else 0):
            draw.rectangle((350, 110 + row * 210, 850, 280 + row * 210), "#ffffff", "#55554f", 4)
            for column in range(8):
                draw.rectangle((370 + column * 60, 150 + row * 210, 412 + column * 60, 240 + row * 210), "#3a3f44")
    target = io.BytesIO()
    image.resize((600, 400)).save(target, "JPEG", quality=80)
    return target.getvalue()
