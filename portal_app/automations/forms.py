"""Lists of actions as staff send them and as pages show them, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator
from sqlmodel import Session, col, select

from ..access.models import StaffMember
from ..company.service import company_snapshot
from ..core.errors import Values
from ..core.forms import REQUIRED, Form
from ..core.localized import in_language
from ..core.texts import msg, translate
from ..flows.contents import spec_of
from ..flows.fields import FieldKind, FieldSpec, answer_text, check_entry, entry_of, parse_answers
from ..flows.models import DynamicField
from ..flows.rules import clean_line
from ..messaging.defaults import shown_name
from ..messaging.models import EmailTemplate
from ..messaging.rules import variables_used
from ..notifications.rules import EVERYBODY, OWNER
from ..webhooks.service import list_names
from .models import ActionRow
from .rules import MOST_ACTIONS, NOTE_LENGTH, Action, ActionKind, Known, Moment, Trigger, problems_of

YES, NO = msg("Yes"), msg("No")
AUDIENCES = {OWNER: msg("Whoever looks after the project"), EVERYBODY: msg("All colleagues")}
# A value that staff can set beforehand in one control.
SETTABLE = frozenset(FieldKind) - {FieldKind.FILE, FieldKind.FILES, FieldKind.ADDRESS, FieldKind.SEVERAL_CHOICES}
_KINDS_WITH_CHOICES = (FieldKind.YES_NO, FieldKind.SINGLE_CHOICE)


class ActionForm(Form):
    """One action. `id` is that of an action which is there already, so that what is planned for it stays planned."""

    id: Annotated[str, Field(max_length=32)] = ""
    kind: Literal["send_template", "move", "notify_staff", "call_webhook", "set_field"]
    template_key: Annotated[str, Field(max_length=60)] = ""
    substage_id: Annotated[str, Field(max_length=32)] = ""
    audience: Annotated[str, Field(max_length=32)] = ""
    note: Annotated[str, Field(max_length=NOTE_LENGTH)] = ""
    endpoint_id: Annotated[str, Field(max_length=32)] = ""
    field_id: Annotated[str, Field(max_length=32)] = ""
    value: Annotated[str, Field(max_length=5000)] = ""
    moment: Annotated[str, Field(max_length=10)] = ""
    hours: int = 0
    times: int = 0

    @field_validator("note", mode="before")
    @classmethod
    def _one_line(cls, note: object) -> object:
        return clean_line(note) if isinstance(note, str) else note

    def action(self) -> Action:
        return Action(kind=ActionKind(self.kind), **self.model_dump(exclude={"id", "kind"}))


Actions = Annotated[list[ActionForm], Field(max_length=MOST_ACTIONS + 1)]


class ActionListForm(Form):
    """A list as staff save it; `flow_id` is empty for the list of all flows, `version` 0 where there was none."""

    trigger: Annotated[str, Field(max_length=40)]
    flow_id: Annotated[str, Field(max_length=32)] = ""
    version: Annotated[int, Field(ge=0)] = 0
    actions: Actions = []


class StepActionsForm(Form):
    """The actions of a substage."""

    substage_id: Annotated[str, Field(max_length=32)]
    version: Annotated[int, Field(ge=0)] = 0
    actions: Actions = []


class ActionTexts(BaseModel):
    """An action with the names that stand in its sentence; a name is empty when what it named is gone."""

    id: str = ""
    kind: str
    template_key: str = ""
    template_name: str = ""
    substage_id: str = ""
    substage_name: str = ""
    audience: str = ""
    audience_name: str = ""
    note: str = ""
    endpoint_id: str = ""
    endpoint_name: str = ""
    field_id: str = ""
    field_name: str = ""
    value: str = ""
    value_text: str = ""
    moment: str = ""
    hours: int = 0
    times: int = 0


class Choice(BaseModel):
    value: str
    text: str


class FieldChoice(Choice):
    """A field that can be set. `control` is text, number, date or choice."""

    control: str = "text"
    options: list[Choice] = []


class Places:
    """What actions may name, read once for a page or a save."""

    def __init__(self, session: Session, language: str, substages: Mapping[str, str]) -> None:
        company = company_snapshot()
        self.language, self.fallback, self.currency = language, company.default_language, company.currency
        self.template_names: dict[str, str] = {}
        self.variables: dict[str, frozenset[str]] = {}
        for row in session.exec(select(EmailTemplate)):
            self.template_names[row.key] = shown_name(row, language)
            self.variables[row.key] = variables_used(" ".join(row.subject.values()), " ".join(row.body.values()))
        self.endpoints = list_names(session)
        self.audiences = {key: translate(language, text) for key, text in AUDIENCES.items()} | dict(session.exec(
            select(StaffMember.id, StaffMember.name).where(col(StaffMember.is_active)).order_by(StaffMember.name)).all())
        self.specs = {row.id: spec_of(row) for row in session.exec(
            select(DynamicField).order_by(col(DynamicField.position), col(DynamicField.id)))}
        self.substages = dict(substages)

    def known(self, substages: Iterable[str] | None) -> Known:
        return Known(templates=self.variables, substages=None if substages is None else set(substages),
                     endpoints=set(self.endpoints), audiences=set(self.audiences), values={
                         spec.id: self._judge(spec) for spec in self.specs.values() if self._can_set(spec)})

    @staticmethod
    def _can_set(spec: FieldSpec) -> bool:
        return spec.kind in SETTABLE and not spec.is_archived

    def _judge(self, spec: FieldSpec) -> Any:
        def judge(entry: Any) -> tuple[str, Values] | None:
            return check_entry(spec, entry, self.language) if entry else (REQUIRED, {})

        return judge

    def templates_for(self, trigger: Trigger) -> list[Choice]:
        """The templates whose variables exist for a trigger."""
        known = Known(templates=self.variables)
        named = sorted(self.template_names.items(), key=lambda each: each[1].casefold())
        return [Choice(value=key, text=name) for key, name in named
                if not problems_of(trigger, [Action(ActionKind.SEND_TEMPLATE, key, moment=Moment.ENTER)], known)]

    def audience_choices(self) -> list[Choice]:
        return [Choice(value=key, text=name) for key, name in self.audiences.items()]

    def endpoint_choices(self) -> list[Choice]:
        return [Choice(value=key, text=name) for key, name in self.endpoints.items()]

    def field_choices(self) -> list[FieldChoice]:
        return [FieldChoice(value=spec.id, text=self._label(spec), control=self._control(spec), options=self._options(spec))
                for spec in self.specs.values() if self._can_set(spec)]

    def _label(self, spec: FieldSpec) -> str:
        return in_language(spec.label, self.language, self.fallback)

    @staticmethod
    def _control(spec: FieldSpec) -> str:
        if spec.kind in _KINDS_WITH_CHOICES:
            return "choice"
        return "date" if spec.kind == FieldKind.DATE else "text"

    def _options(self, spec: FieldSpec) -> list[Choice]:
        if spec.kind == FieldKind.YES_NO:
            return [Choice(value=key, text=translate(self.language, word)) for key, word in (("yes", YES), ("no", NO))]
        return [Choice(value=option.key, text=in_language(option.label, self.language, self.fallback))
                for option in spec.options if not option.is_retired]

    def shown(self, row: ActionRow) -> ActionTexts:
        """An action as its sentence says it."""
        detail = row.detail or {}
        spec = self.specs.get(str(detail.get("field_id", "")))
        value = detail.get("value")
        return ActionTexts(
            id=row.id, kind=row.kind, moment=row.moment, hours=int(detail.get("hours") or 0),
            times=int(detail.get("times") or 0), template_key=row.template_key or "",
            template_name=self.template_names.get(row.template_key or "", ""), substage_id=row.substage_id or "",
            substage_name=self.substages.get(row.substage_id or "", ""), audience=str(detail.get("audience", "")),
            audience_name=self.audiences.get(str(detail.get("audience", "")), ""), note=str(detail.get("note", "")),
            endpoint_id=str(detail.get("endpoint_id", "")),
            endpoint_name=self.endpoints.get(str(detail.get("endpoint_id", "")), ""),
            field_id=spec.id if spec else "", field_name=self._label(spec) if spec and self._can_set(spec) else "",
            value=str(entry_of(spec, value, self.language)) if spec else "",
            value_text=answer_text(spec, value, self.language, self.currency, self.fallback) if spec else "")

    def fill(self, row: ActionRow, position: int, form: ActionForm) -> ActionRow:
        """The row as the form, which has been found good, wants it; only what its kind and moment need."""
        kind = ActionKind(form.kind)
        row.position, row.kind, row.moment = position, kind.value, form.moment
        row.template_key = form.template_key if kind is ActionKind.SEND_TEMPLATE else None
        row.substage_id = form.substage_id if kind is ActionKind.MOVE else None
        detail: dict[str, Any] = {}
        if kind is ActionKind.NOTIFY_STAFF:
            detail |= {"audience": form.audience, "note": form.note}
        elif kind is ActionKind.CALL_WEBHOOK:
            detail |= {"endpoint_id": form.endpoint_id}
        elif kind is ActionKind.SET_FIELD:
            spec = self.specs[form.field_id]
            value = parse_answers([spec], {spec.id: form.value}, partial=True, language=self.language)[spec.id]
            detail |= {"field_id": spec.id, "value": value}
        if form.moment in (Moment.AFTER, Moment.EVERY):
            detail["hours"] = form.hours
        if form.moment == Moment.EVERY:
            detail["times"] = form.times
        row.detail = detail
        return row
