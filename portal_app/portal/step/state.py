"""What the page knows of the present step: what it asks, what is missing, what is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import reflex as rx
from pydantic import BaseModel, Field
from sqlmodel import Session

from ...access.actors import CUSTOMER, Actor
from ...core import live
from ...core.database import run_short_read, run_short_write, run_write
from ...core.errors import InvalidForm, NotFound, NothingChangesHere, PortalError, Values
from ...core.forms import Form, parse, parse_id
from ...core.ids import new_id
from ...core.texts import LANGUAGES, msg
from ...flows.contents import specs_by_id
from ...flows.fields import NOTHING_GIVEN, check_entry
from ...flows.view_kinds import DOCUMENTATION, ViewKind
from ...opportunities.service import get_process
from ...opportunities.step_reading import get_step
from ...opportunities.step_schemas import PLEASE_ACCEPT, FieldClosed, Step, StepIncomplete
from ...opportunities.steps import save_draft, submit_step
from ...ui.fields import ShownField, ShownOption
from ...ui.handlers import handler
from ...ui.i18n import say_values
from ...ui.live import Delta, delta_of, read_together
from ...ui.shell_state import PortalState, ShellState
from .reading import (
    CAN_GIVE,
    OWN_PAGES,
    Found,
    ShownForm,
    StepPage,
    find_step,
    load_forms,
    page_of,
    part_at,
    progress_of,
)
from .shown import Missing, ShownCondition, ShownGroup, country_options, place_of, place_of_terms

SENT_AGAIN = msg("Thank you. We look at it once more.")
_Id = Annotated[str, Field(max_length=40)]


class StepDraft(Form):
    """What the form holds: entries by field as they were typed in `language`, and the ids of ticked conditions."""

    about: Annotated[str, Field(max_length=80)]
    number: Annotated[int, Field(ge=0, le=2**53)]
    language: Annotated[str, Field(max_length=10)] = ""
    left: _Id = ""
    values: Annotated[dict[_Id, Any], Field(max_length=400)] = {}
    accepted: Annotated[list[_Id], Field(max_length=100)] = []

    @property
    def opportunity_id(self) -> str:
        return parse_id(self.about.partition(":")[0])

    @property
    def substage_id(self) -> str:
        return parse_id(self.about.partition(":")[2])


class Kept(BaseModel):
    """What became of the entries: what is wrong with each (None: nothing), and the step as it is now."""

    wrong: dict[str, tuple[str, dict[str, str | int | float]] | None] = {}
    is_closed: bool = False


class NextStep(BaseModel):
    name: str = ""
    description: str = ""
    ball: str = ""


def keep_entries(session: Session, actor: Actor, draft: StepDraft, language: str) -> Kept:
    """Saves each entry as a draft, right or wrong; what does not belong to the present step any more is left out."""
    kept = Kept()
    specs = specs_by_id(session, draft.values)
    for field_id, value in draft.values.items():
        try:
            save_draft(session, actor, draft.opportunity_id, parse_id(field_id), value, language)
        except (FieldClosed, NotFound):
            kept.is_closed = True
        except InvalidForm as invalid:
            text, values = invalid.errors[field_id]
            kept.wrong[field_id] = (text, dict(values))
        else:
            wrong = check_entry(specs[field_id], value, language)
            kept.wrong[field_id] = (wrong[0], dict(wrong[1])) if wrong else None
    return kept


def next_step(session: Session, actor: Actor, opportunity_id: str, language: str) -> NextStep:
    current = get_process(session, actor, opportunity_id, language).current
    return NextStep(name=current.name, description=current.description, ball=current.ball)


class StepState(PortalState, rx.State):
    project_id: str = ""
    project_number: str = ""
    substage_id: str = ""
    title: str = ""
    description: str = ""
    view_kind: str = ""
    view_page: str = ""  # where the step's own view is, when it is not this one
    state: str = ""  # information | open | sent | asked_again
    sent_at: str = ""
    sent_by: str = ""
    just_sent: bool = False
    next_step: NextStep = NextStep()
    # The form
    about: str = ""
    drawn_in: str = ""
    opened: str = ""  # another one each time the page is opened: controls hold what they were made with
    mark: str = ""
    saved: int = 0
    failures: int = 0
    asks: bool = False
    asks_here: bool = False  # under the drawing or the offers
    groups: list[ShownGroup] = []
    files: list[ShownField] = []
    conditions: list[ShownCondition] = []
    countries: list[ShownOption] = []
    has_right: bool = False
    # How far it is
    required_count: int = 0
    done_count: int = 0
    done_percent: int = 0
    missing: list[Missing] = []
    missing_count: int = 0
    missing_more: int = 0
    wrong: list[Missing] = []
    _accepted: list[str] = []

    @property
    def _path(self) -> str:
        return self.router.url.path.rstrip("/")

    @rx.var
    def is_open(self) -> bool:
        """Whether the customer can give something now."""
        return self.state in CAN_GIVE

    @handler(CUSTOMER)
    async def load(self):
        self.opened, self.just_sent, self.wrong, self.field_errors = new_id(), False, [], {}
        step = await self._read()
        self.field_errors = {} if step is None else {
            field.id: say_values(*field.problem) for field in step.fields
            if field.has_draft and field.problem and field.problem[0] not in NOTHING_GIVEN}

    def _kinds(self) -> tuple[ViewKind, ...]:
        """The views whose step is asked for on this page."""
        return OWN_PAGES.get(self._path, tuple(DOCUMENTATION))

    async def _read(self, asked: str = "") -> Step | None:
        """The step of the `asked` project, else of the one that the address names."""
        with self._reading():
            found = await run_short_read(find_step, self._actor, asked or self._query("project"), self._kinds(),
                                         self._language)
            if found is None:
                self.state, self.about, self.asks = "", "", False
                return None
            self._show(found)
            self._follow(live.opportunity_topic(found.step.opportunity_id), live.flow_topic(found.step.flow_id),
                         by="refresh", shows=self._shown())
            return found.step

    def _shown(self) -> ShownForm:
        return ShownForm(self._actor.session_hash, self._path, self._language, self.project_id, self.about, self.drawn_in,
                         self.state, tuple(self._accepted))

    @handler(CUSTOMER)
    async def refresh(self):
        """Something of the project changed elsewhere. A form that somebody fills in is never made anew by that."""
        if not self.is_open:
            await self._read(self.project_id)
            return
        found = await run_short_read(find_step, self._actor, self.project_id, self._kinds(), self._language)
        if found is not None and self._shown().is_as_shown(self._page_of(found)):
            self._show(found)
        else:
            await self._say_changed()

    def _page_of(self, found: Found) -> StepPage:
        return page_of(found.step, found.files, self._path, self._language, self._accepted)

    def _show(self, found: Found) -> None:
        page = self._page_of(found)
        if page.about != self.about and self._accepted:
            self._accepted = []
            page = self._page_of(found)
        for name, value in page:
            setattr(self, name, value)
        self.mark = self.mark or new_id()
        has_address = any(field.control == "address" for group in self.groups for field in group.fields)
        self.countries = list(country_options(self._language)) if has_address else []

    def _count(self, step: Step) -> None:
        for name, value in progress_of(part_at(self._path, step), self._accepted):
            setattr(self, name, value)
        self._shows(self._shown(), by="refresh")

    @handler(CUSTOMER)
    async def retry(self):
        self.is_loaded = False
        yield
        await self._read()

    @handler(CUSTOMER)
    async def file_changed(self, _file_id: str):
        """A file came or went: what is typed stays as it is."""
        self.field_errors = {key: said for key, said in self.field_errors.items()
                             if not any(field.id == key for field in self.files)}
        await self._read()
        self.wrong = [entry for entry in self.wrong if entry.id in self.field_errors]

    @handler(CUSTOMER)
    async def keep(self, draft: dict):
        """Saves what was typed. Confirmed only once it is in the database: until then the browser sends it again."""
        try:
            form = parse(StepDraft, draft)
            opportunity_id, language = form.opportunity_id, self._typed_in(form)
        except PortalError:
            return
        if form.about == self.about:
            self._accepted = form.accepted
        try:
            kept = await run_short_write(keep_entries, self._actor, form, language) if form.values else Kept()
        except NothingChangesHere as refused:  # told once: the browser need not send it again
            self.saved = max(self.saved, form.number)
            await self._notify(refused.text, "error")
            return
        self.saved = max(self.saved, form.number)
        if form.about != self.about:
            return
        self._mark_wrong(kept, form.left)
        if kept.is_closed:
            await self._read()
            return
        self._count(await run_short_read(get_step, self._actor, opportunity_id, self._language))

    def _typed_in(self, form: StepDraft) -> str:
        return form.language if form.language in LANGUAGES else self._language

    def _mark_wrong(self, kept: Kept, left: str) -> None:
        """An error is told when its field is left, and goes as soon as it is mended."""
        errors = dict(self.field_errors)
        for field_id, wrong in kept.wrong.items():
            if wrong is None:
                errors.pop(field_id, None)
            elif field_id == left or field_id in errors:
                errors[field_id] = say_values(*wrong)
        for version_id in self._accepted:
            errors.pop(version_id, None)
        self.field_errors = errors
        self.wrong = [entry.model_copy(update={"why": errors[entry.id]}) for entry in self.wrong if entry.id in errors]

    @handler(CUSTOMER)
    async def send(self, draft: dict):
        """Sends the step with all that stands in the form."""
        self.busy = True
        yield
        async with self._showing_errors():
            form = parse(StepDraft, draft)
            self._accepted = form.accepted
            was_again = self.state == "asked_again"
            try:
                await run_write(submit_step, self._actor, form.opportunity_id, form.values, form.accepted,
                                self.router.session.client_ip, self._typed_in(form), form.substage_id)
            except StepIncomplete as incomplete:
                await self._read()  # it may ask for something else by now, or in other words
                yield
                await self._show_incomplete(incomplete.errors)
                return
            except PortalError:
                await self._read()
                raise
            self.wrong, self.saved = [], max(self.saved, form.number)
            await self._read()
            self.next_step = await run_short_read(next_step, self._actor, form.opportunity_id, self._language)
            self.just_sent = True
            if was_again:
                await self._notify(SENT_AGAIN)

    async def _is_ready(self) -> bool:
        """For the button of a view of its own: whether all is there that the step asks for; else it is told."""
        if not self.asks_here:
            return True
        step = await run_short_read(get_step, self._actor, self.project_id, self._language)
        step = part_at(self._path, step)
        errors = {field.id: field.problem for field in step.fields if field.problem and field.id in step.missing_fields}
        missing = [term for term in step.conditions if term.condition_id in step.missing_conditions]
        errors |= {term.version_id: (PLEASE_ACCEPT, {}) for term in missing if term.version_id not in self._accepted}
        if errors:
            await self._show_incomplete(errors)
        return not errors

    def _places(self) -> dict[str, Missing]:
        """All that the page asks for, by field and wording."""
        fields = [*(field for group in self.groups for field in group.fields), *self.files]
        return {field.id: place_of(field.id, field.label) for field in fields} | {
            entry.version_id: place_of_terms(entry.version_id, entry.title) for entry in self.conditions}

    async def _show_incomplete(self, errors: Mapping[str, tuple[str, Values]]) -> None:
        """The errors at their places, and all of them above, where the focus goes."""
        self.field_errors = {key: say_values(*error) for key, error in errors.items()}
        self.wrong = [place.model_copy(update={"why": self.field_errors[key]})
                      for key, place in self._places().items() if key in self.field_errors]
        self.failures += 1
        if not self.wrong:  # it is asked again, on the page of documentation
            await self._notify(StepIncomplete.text, "error")


@read_together(ShownForm)
def _read_forms(session: Session, forms: Sequence[ShownForm]) -> list[Delta | None]:
    """What somebody fills in is their own: where it asks for something else now, its reader is told so."""

    def told(form: ShownForm, page: StepPage | None) -> Delta | None:
        if page is None or (page.is_open and form.state not in CAN_GIVE):  # begins to ask: that the page reads itself
            return None
        if form.state in CAN_GIVE and not form.is_as_shown(page):
            return delta_of(ShellState, is_changed_elsewhere=True)
        return delta_of(StepState, **dict(page))

    return [told(form, page) for form, page in zip(forms, load_forms(session, forms), strict=True)]
