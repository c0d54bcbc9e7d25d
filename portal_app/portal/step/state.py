"""What the page knows of the present step: what it asks, what is missing, what is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import reflex as rx
from pydantic import BaseModel, Field
from sqlmodel import Session

from ...access.actors import CUSTOMER, Actor
from ...company.service import company_snapshot
from ...core import live
from ...core.database import run_short_read, run_short_write, run_write
from ...core.errors import InvalidForm, NotFound, NothingChangesHere, PortalError, Values
from ...core.forms import Form, parse, parse_id
from ...core.ids import new_id
from ...core.texts import LANGUAGES, msg
from ...documents.field_files import field_files
from ...documents.service import FileView
from ...flows.contents import specs_by_id
from ...flows.fields import NOTHING_GIVEN, FieldKind, check_entry
from ...flows.view_kinds import DOCUMENTATION, ViewKind, view_of
from ...opportunities.service import get_process, list_own_projects
from ...opportunities.step_schemas import PLEASE_ACCEPT, FieldClosed, Step, StepIncomplete
from ...opportunities.steps import get_step, save_draft, submit_step
from ...ui.fields import ShownField, ShownOption
from ...ui.handlers import handler
from ...ui.i18n import say_values
from ...ui.shell_state import PortalState
from .shown import (
    Missing,
    ShownCondition,
    ShownForm,
    ShownGroup,
    country_options,
    files_of,
    groups_of,
    missing_of,
    place_of,
    place_of_terms,
    required_count,
    shape_of,
    terms_of,
)

SENT_AGAIN = msg("Thank you. We look at it once more.")
MOST_LINKS = 4
# Views with a page and a button of their own, under which stands what their step asks for.
OWN_PAGES = {"/offers": (ViewKind.OFFER,), "/drawing": (ViewKind.DRAWING,)}
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


class Found(BaseModel):
    step: Step
    files: list[FileView] = []


def read_step(session: Session, actor: Actor, opportunity_id: str, language: str) -> Found:
    """The present step, with the files of its fields."""
    step = get_step(session, actor, opportunity_id, language)
    given = field_files(session, actor, opportunity_id, step.fields)
    return Found(step=step, files=[file for files in given.values() for file in files])


def find_step(session: Session, actor: Actor, asked: str, kinds: tuple[str, ...], language: str) -> Found | None:
    """The present step of the asked project; without an address that of the project which waits at such a step."""
    if asked:
        return read_step(session, actor, parse_id(asked), language)
    projects = list_own_projects(session, actor, language)
    waiting = [project.id for project in projects if project.needs_customer][:20]
    here = next((project_id for project_id in waiting
                 if get_process(session, actor, project_id, language).current.view_kind in kinds), "")
    chosen = here or next((project.id for project in projects), "")
    return read_step(session, actor, chosen, language) if chosen else None


def next_step(session: Session, actor: Actor, opportunity_id: str, language: str) -> NextStep:
    current = get_process(session, actor, opportunity_id, language).current
    return NextStep(name=current.name, description=current.description, ball=current.ball)


class StepState(PortalState, rx.State):
    project_id: str = ""
    project_number: str = ""
    substage_id: str = ""
    title: str = ""
    description: str = ""
    words: dict[str, dict[str, Any]] = {}  # what was written anew since the page was read (`portal.news`)
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

    @property
    def _is_own_page(self) -> bool:
        return self._path in OWN_PAGES

    @rx.var
    def is_open(self) -> bool:
        """Whether the customer can give something now."""
        return self.state in ("open", "asked_again")

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

    async def _read(self) -> Step | None:
        with self._reading():
            found = await run_short_read(find_step, self._actor, self._query("project"), self._kinds(), self._language)
            if found is None:
                self.state, self.about, self.asks = "", "", False
                return None
            step = found.step
            shape = _shape(step) if step.state == "open" else ""
            self._follow(live.opportunity_topic(step.opportunity_id), live.flow_topic(step.flow_id), by="refresh",
                         shows=ShownForm(step.flow_id, step.substage_id, self._language, shape))
            self._show(step, found.files)
            return step

    @handler(CUSTOMER)
    async def refresh(self):
        """Something of the project changed elsewhere. A form that somebody fills in is never made anew by that."""
        if not self.is_open:
            await self._read()
            return
        found = await run_short_read(find_step, self._actor, self.project_id, self._kinds(), self._language)
        if found is not None and self._is_as_shown(found.step):
            self._show(found.step, found.files)
        else:
            await self._say_changed()

    def _is_as_shown(self, step: Step) -> bool:
        return (self.about, self.drawn_in, self.state) == (
            f"{step.opportunity_id}:{step.substage_id}", f"{self._language}-{_shape(step)}", step.state)

    def _show(self, step: Step, files: list[FileView]) -> None:
        about = f"{step.opportunity_id}:{step.substage_id}"
        if about != self.about:
            self._accepted = []
        self.project_id, self.project_number = step.opportunity_id, step.number
        self.substage_id, self.title, self.description, self.words = step.substage_id, step.name, step.description, {}
        view = view_of(step.view_kind)
        self.view_kind, self.state = step.view_kind, step.state
        self.view_page = view.page if view is not None and view.kind not in DOCUMENTATION and view.acts else ""
        self.sent_at, self.sent_by = step.sent_at.isoformat() if step.sent_at else "", step.sent_by
        # Fields that come and go (staff add one, or ask again) make the form anew; entries stay as drafts.
        self.about, self.drawn_in, self.mark = about, f"{self._language}-{_shape(step)}", self.mark or new_id()
        here = self._part_here(step)
        fields, conditions = here.fields, here.conditions
        self.asks = bool(fields or conditions)
        self.asks_here = self.asks and step.view_kind in OWN_PAGES.get(self._path, ()) and self.is_open
        self.groups = groups_of(fields, company_snapshot().currency)
        self.files = files_of(fields, files)
        self.conditions = terms_of(conditions, self._accepted)
        self.has_right = bool(self.files or self.conditions)
        has_address = any(field.kind == FieldKind.ADDRESS and field.mode == "edit" for field in fields)
        self.countries = list(country_options(self._language)) if has_address else []
        self._count(step)

    def _part_here(self, step: Step) -> Step:
        """The part of a step that this page is about.

        Under an own view (drawing, offer) that is the step without what is asked again; the page of documentation shows of
        such a step only what is asked again. Conditions stand where they can be accepted, or have been.
        """
        fields, is_ours = step.fields, step.view_kind in DOCUMENTATION
        if self._is_own_page:
            fields = [field for field in fields if not field.is_asked_again]
        elif step.state == "asked_again" and not is_ours:
            fields = [field for field in fields if field.is_asked_again]
        can_accept = step.state in ("open", "asked_again") and (self._is_own_page or is_ours)
        terms = [term for term in step.conditions if can_accept or term.is_accepted]
        field_ids, term_ids = {field.id for field in fields}, {term.condition_id for term in terms}
        return step.model_copy(update={
            "fields": fields, "conditions": terms,
            "missing_fields": [each for each in step.missing_fields if each in field_ids],
            "missing_conditions": [each for each in step.missing_conditions if each in term_ids]})

    def _count(self, step: Step) -> None:
        step = self._part_here(step)
        missing = missing_of(step, self._accepted)
        self.missing, self.missing_count = missing[:MOST_LINKS], len(missing)
        self.missing_more = len(missing) - len(self.missing)
        self.required_count = required_count(step)
        self.done_count = max(0, self.required_count - len(missing))
        self.done_percent = round(100 * self.done_count / self.required_count) if self.required_count else 100

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
            self.conditions = [entry.model_copy(update={"is_ticked": entry.version_id in form.accepted})
                               for entry in self.conditions]
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
                if not incomplete.errors.keys() <= self._places().keys():  # it asks for something else by now
                    await self._read()
                    yield
                await self._show_incomplete(incomplete.errors)
                self._count(await run_short_read(get_step, self._actor, form.opportunity_id, self._language))
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
        step = self._part_here(step)
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


def _shape(step: Step) -> str:
    return shape_of(step.fields, [term.version_id for term in step.conditions])
