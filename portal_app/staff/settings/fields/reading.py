"""What the pages of dynamic fields show, made from definitions, places and answers."""

from __future__ import annotations

from collections.abc import Sequence

from babel import Locale
from pydantic import BaseModel
from sqlmodel import Session

from ....access.actors import Actor
from ....company.schemas import CompanySnapshot
from ....core.errors import NotFound
from ....core.localized import Localized, in_language, missing_languages
from ....flows.configuring import AskedIn, places_of_field
from ....flows.draft import READ_ONLY_FLAG, REQUIRED_FLAG
from ....flows.field_service import FieldRow as DefinedField
from ....flows.field_service import list_fields
from ....flows.fields import FieldKind, FieldSpec, countries
from ....opportunities.usage import fields_with_answers, has_answers
from .schemas import Choice, FieldRow, FieldRows, PlaceRow


class Listed(BaseModel):
    """A field in the list, and whether projects have answers to it."""

    definition: DefinedField
    has_answers: bool = False

    @property
    def spec(self) -> FieldSpec:
        return self.definition.spec


class FieldReading(BaseModel):
    """One field as the editor needs it; `groups` are the groups that there are."""

    spec: FieldSpec
    version: int = 0
    changed_by: str = ""
    is_used: bool = False
    asked_in: list[AskedIn] = []
    groups: list[Localized] = []

    def places(self, language: str, fallback: str) -> list[PlaceRow]:
        return [PlaceRow(flow_id=place.flow_id, flow_name=place.flow_name,
                         stage_name=in_language(place.stage_name, language, fallback),
                         substage_name=in_language(place.substage_name, language, fallback),
                         is_required=REQUIRED_FLAG in place.flags, is_read_only=READ_ONLY_FLAG in place.flags)
                for place in self.asked_in]


def read_list(session: Session, actor: Actor) -> list[Listed]:
    answered = fields_with_answers(session, actor)
    return [Listed(definition=definition, has_answers=definition.spec.id in answered)
            for definition in list_fields(session, actor)]


def read_one(session: Session, actor: Actor, field_id: str) -> FieldReading:
    """A field with where it is asked; an empty id is a new one."""
    definitions = list_fields(session, actor)
    groups: list[Localized] = []
    for definition in definitions:
        if definition.spec.group_name and definition.spec.group_name not in groups:
            groups.append(definition.spec.group_name)
    if not field_id:
        return FieldReading(spec=FieldSpec(id="", kind=FieldKind.SHORT_TEXT, label={}), groups=groups)
    found = next((definition for definition in definitions if definition.spec.id == field_id), None)
    if found is None:
        raise NotFound
    return FieldReading(spec=found.spec, version=found.version, changed_by=found.changed_by, groups=groups,
                        is_used=has_answers(session, actor, field_id), asked_in=places_of_field(session, actor, field_id))


def rows_of(found: Sequence[Listed], language: str, company: CompanySnapshot, *, with_archived: bool) -> list[FieldRows]:
    """The list by groups, in the order in which the groups come first; archived fields stand last."""
    groups: dict[str, FieldRows] = {}
    for entry in sorted(found, key=lambda entry: entry.spec.is_archived):
        spec = entry.spec
        name = in_language(spec.group_name, language, company.default_language)
        group = groups.setdefault(name, FieldRows(key=f"group-{len(groups)}", name=name, texts=spec.group_name))
        group.field_ids.append(spec.id)
        if spec.is_archived and not with_archived:
            continue
        offered = [option.label for option in spec.options if not option.is_retired]
        written = [spec.label, *offered, *([spec.help] if spec.help else [])]
        gaps = {code for texts in written for code in missing_languages(texts, company.languages)}
        group.rows.append(FieldRow(
            id=spec.id, name=in_language(spec.label, language, company.default_language), kind=spec.kind.value,
            unit=spec.limits.unit, place_count=len(entry.definition.places),
            is_used=entry.has_answers or bool(entry.definition.places), is_archived=spec.is_archived,
            missing=", ".join(code for code in company.languages if code in gaps).upper()))
    return [group for group in groups.values() if group.rows]


def countries_in(language: str) -> list[Choice]:
    """The countries that fields may name, in the reader's words and order."""
    names = Locale(language).territories
    return sorted((Choice(value=code, text=str(names.get(code, code))) for code in countries()), key=lambda each: each.text)
