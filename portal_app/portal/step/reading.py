"""What the page of a step shows: read for whoever opens it, or together for many pages that are open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from pydantic import BaseModel
from sqlmodel import Session

from ...access.actors import Actor
from ...access.sessions import get_actors
from ...company.service import company_snapshot
from ...core.forms import parse_id
from ...documents.field_files import files_of_steps
from ...documents.service import FileView
from ...flows.view_kinds import DOCUMENTATION, ViewKind, view_of
from ...opportunities.service import Looking, get_process, list_own_projects
from ...opportunities.step_reading import get_step, get_steps
from ...opportunities.step_schemas import Step
from ...ui.fields import ShownField
from .shown import (
    Missing,
    ShownCondition,
    ShownGroup,
    files_of,
    groups_of,
    missing_of,
    required_count,
    shape_of,
    terms_of,
)

MOST_LINKS = 4
# Views with a page and a button of their own, under which stands what their step asks for.
OWN_PAGES = {"/offers": (ViewKind.OFFER,), "/drawing": (ViewKind.DRAWING,)}
CAN_GIVE = ("open", "asked_again")


class Progress(BaseModel):
    """What is to be accepted, and how far the step is."""

    conditions: list[ShownCondition] = []
    required_count: int = 0
    done_count: int = 0
    done_percent: int = 0
    missing: list[Missing] = []
    missing_count: int = 0
    missing_more: int = 0


class StepPage(Progress):
    """All that the page shows of a step, read in one go; by the names of the page's vars."""

    project_id: str
    project_number: str = ""
    substage_id: str = ""
    title: str = ""
    description: str = ""
    view_kind: str = ""
    view_page: str = ""
    state: str = ""
    sent_at: str = ""
    sent_by: str = ""
    about: str = ""
    drawn_in: str = ""
    asks: bool = False
    asks_here: bool = False
    groups: list[ShownGroup] = []
    files: list[ShownField] = []
    has_right: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in CAN_GIVE


class ShownForm(NamedTuple):
    """An open page of a step: whose session it is, where, in which language, what it shows, and the boxes ticked there."""

    session_hash: str
    path: str
    language: str
    opportunity_id: str
    about: str
    drawn_in: str
    state: str
    ticked: tuple[str, ...]

    def is_as_shown(self, page: StepPage) -> bool:
        """Whether the page has the same controls: then what is typed stays where it is."""
        return (self.about, self.drawn_in, self.state) == (page.about, page.drawn_in, page.state)


class Found(BaseModel):
    step: Step
    files: list[FileView] = []


def read_step(session: Session, actor: Actor, opportunity_id: str, language: str) -> Found:
    """The present step, with the files of its fields."""
    step = get_step(session, actor, opportunity_id, language)
    return Found(step=step, files=files_of_steps(session, [(actor, step)])[0])


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


def load_forms(session: Session, forms: Sequence[ShownForm]) -> list[StepPage | None]:
    """What open pages of steps show now. None for one whose reader is gone, or who does not see the project any more."""
    actors = get_actors(session, {form.session_hash for form in forms})
    there = [form for form in forms if form.session_hash in actors]
    steps = get_steps(session, [Looking(actors[form.session_hash], form.opportunity_id, form.language) for form in there])
    read = {form: step for form, step in zip(there, steps, strict=True) if step is not None}
    given = files_of_steps(session, [(actors[form.session_hash], step) for form, step in read.items()])
    pages = {form: page_of(step, files, form.path, form.language, form.ticked)
             for (form, step), files in zip(read.items(), given, strict=True)}
    return [pages.get(form) for form in forms]


def page_of(step: Step, files: Sequence[FileView], path: str, language: str, ticked: Collection[str]) -> StepPage:
    here, view = part_at(path, step), view_of(step.view_kind)
    asks, shown_files, is_open = bool(here.fields or here.conditions), files_of(here.fields, files), step.state in CAN_GIVE
    return StepPage(
        **dict(progress_of(here, ticked)), project_id=step.opportunity_id, project_number=step.number,
        substage_id=step.substage_id, title=step.name, description=step.description, view_kind=step.view_kind,
        view_page=view.page if view is not None and view.kind not in DOCUMENTATION and view.acts else "",
        state=step.state, sent_at=step.sent_at.isoformat() if step.sent_at else "", sent_by=step.sent_by,
        about=f"{step.opportunity_id}:{step.substage_id}",
        # Fields that come and go (staff add one, or ask again) make the form anew; entries stay as drafts.
        drawn_in=f"{language}-{shape_of(step.fields, [term.version_id for term in step.conditions])}",
        asks=asks, asks_here=asks and is_open and step.view_kind in OWN_PAGES.get(path, ()),
        groups=groups_of(here.fields, company_snapshot().currency), files=shown_files,
        has_right=bool(shown_files or here.conditions))


def part_at(path: str, step: Step) -> Step:
    """The part of a step that a page is about.

    Under an own view (drawing, offer) that is the step without what is asked again; the page of documentation shows of
    such a step only what is asked again. Conditions stand where they can be accepted, or have been.
    """
    fields, is_ours, is_own_page = step.fields, step.view_kind in DOCUMENTATION, path in OWN_PAGES
    if is_own_page:
        fields = [field for field in fields if not field.is_asked_again]
    elif step.state == "asked_again" and not is_ours:
        fields = [field for field in fields if field.is_asked_again]
    can_accept = step.state in CAN_GIVE and (is_own_page or is_ours)
    terms = [term for term in step.conditions if can_accept or term.is_accepted]
    if (len(fields), len(terms)) == (len(step.fields), len(step.conditions)):
        return step
    field_ids, term_ids = {field.id for field in fields}, {term.condition_id for term in terms}
    return step.model_copy(update={
        "fields": fields, "conditions": terms,
        "missing_fields": [each for each in step.missing_fields if each in field_ids],
        "missing_conditions": [each for each in step.missing_conditions if each in term_ids]})


def progress_of(step: Step, ticked: Collection[str]) -> Progress:
    """Of the part of a step that a page is about."""
    (places, left), count = missing_of(step, ticked, MOST_LINKS), required_count(step)
    done = max(0, count - left)
    return Progress(conditions=terms_of(step.conditions, ticked), required_count=count, done_count=done,
                    done_percent=round(100 * done / count) if count else 100, missing=places, missing_count=left,
                    missing_more=left - len(places))
