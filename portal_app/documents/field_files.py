"""Files that a field asks for: who may put one there, and what the field's answer makes of it.

`files_of_steps` is what the page of a step shows at its file fields; uploading there is `c.upload("field", project=…,
ref=<field id>)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from sqlmodel import Session

from ..access.actors import Actor, Permission
from ..core.errors import NotFound
from ..core.forms import parse_id
from ..flows.contents import specs_by_id
from ..flows.fields import FILE_KINDS, FieldSpec, Value
from ..opportunities.answers import answers_of, drafts_of, put_file_draft, set_files
from ..opportunities.models import Opportunity
from ..opportunities.service import get_visible
from ..opportunities.step_reading import get_step
from ..opportunities.step_schemas import FieldClosed, Step
from ..opportunities.steps import demand_open_field, drop_file
from .models import Document
from .purposes import Asked, Place, Purpose, register
from .rules import CLIENT, MAX_FILE_BYTES, MEGABYTE, Allowance, Kind, Review
from .service import FileView, list_files_of_projects

FIELD = "field"
REJECTED = "file-rejected"
REMOVED = "file-removed"
BROUGHT = "file-brought"


def allowance_of(spec: FieldSpec) -> Allowance:
    """What a field takes, within what the product takes."""
    kinds = tuple(kind for kind in Kind if kind.value in spec.limits.file_types) or tuple(Kind)
    most_bytes = min(MAX_FILE_BYTES, (spec.limits.max_file_mb or MAX_FILE_BYTES // MEGABYTE) * MEGABYTE)
    return Allowance(max_bytes=most_bytes, kinds=kinds, most_files=spec.most_files())


def _open(session: Session, actor: Actor, asked: Asked) -> Place:
    """Customers fill the fields that are open to them now, staff any file field of a project that they work on."""
    project_id, field_id = parse_id(asked.project_id), parse_id(asked.ref_id)
    if actor.is_customer:
        opportunity, spec = demand_open_field(session, actor, project_id, field_id)
    else:
        opportunity = get_visible(session, actor, project_id)
        found = specs_by_id(session, [field_id]).get(field_id)
        if found is None or not actor.can(Permission.EDIT_OPPORTUNITIES):
            raise NotFound
        spec = found
    if not spec.is_file:
        raise FieldClosed
    return Place(opportunity.account_id, opportunity.contact_id, opportunity.id, ref_id=spec.id, folder=CLIENT,
                 is_public=True, allowance=allowance_of(spec))


def _stored(session: Session, actor: Actor, document: Document) -> None:
    """What customers bring is a draft. What we bring is an answer at once, and stands in the draft that there may be: it
    takes the answer's place when it is sent."""
    assert document.opportunity_id
    opportunity_id, field_id = document.opportunity_id, document.ref_id
    drafts, answered = drafts_of(session, opportunity_id), answers_of(session, opportunity_id).get(field_id)
    if actor.is_customer or field_id in drafts:
        put_file_draft(session, opportunity_id, field_id, [*_ids(drafts.get(field_id, answered)), document.id])
    if not actor.is_customer:
        set_files(session, actor, session.get_one(Opportunity, opportunity_id), field_id, [*_ids(answered), document.id],
                  BROUGHT)


def _ids(value: Value) -> list[str]:
    return value if isinstance(value, list) else []


def _removed(session: Session, actor: Actor, document: Document) -> None:
    assert document.opportunity_id
    if actor.is_customer:
        demand_open_field(session, actor, document.opportunity_id, document.ref_id)
        if document.id in _sent_ids(session, document.opportunity_id):
            raise FieldClosed  # it was sent: only staff send it back
    drop_file(session, document.opportunity_id, document.ref_id, document.id, REMOVED, actor, asks_again=False)


def _rejected(session: Session, actor: Actor, document: Document) -> None:
    """The field that asked for it is open again, and only that one."""
    assert document.opportunity_id
    drop_file(session, document.opportunity_id, document.ref_id, document.id, REJECTED, actor)


def _sent_ids(session: Session, opportunity_id: str) -> frozenset[str]:
    sent = answers_of(session, opportunity_id).values()
    return frozenset(each for value in sent if isinstance(value, list) for each in value)


def _open_and_sent(session: Session, actor: Actor, opportunity_id: str) -> tuple[frozenset[str], frozenset[str]]:
    """The fields that are open and the files that were sent; asked once per session, since a list asks for each file."""
    known = session.info.setdefault("open_and_sent", {})
    if (actor.id, opportunity_id) not in known:
        _know_open_and_sent(session, actor, get_step(session, actor, opportunity_id, actor.language))
    return known[actor.id, opportunity_id]


def _know_open_and_sent(session: Session, actor: Actor, step: Step) -> None:
    sent = (field.value for field in step.fields if field.kind in FILE_KINDS and field.value)
    session.info.setdefault("open_and_sent", {})[actor.id, step.opportunity_id] = (
        frozenset(field.id for field in step.fields if field.mode == "edit"), frozenset(chain.from_iterable(sent)))


def _may_remove(session: Session, actor: Actor, document: Document) -> bool:
    assert document.opportunity_id
    if actor.is_staff:
        return document.uploaded_by_kind == "staff" and actor.can(Permission.REVIEW_DOCUMENTS) \
            and actor.can(Permission.EDIT_OPPORTUNITIES)
    if document.review != Review.OPEN:
        return False
    open_ids, sent_ids = _open_and_sent(session, actor, document.opportunity_id)
    return document.ref_id in open_ids and document.id not in sent_ids


register(Purpose(FIELD, open=_open, stored=_stored, removed=_removed, rejected=_rejected, may_remove=_may_remove))


def files_of_steps(session: Session, steps: Sequence[tuple[Actor, Step]]) -> list[list[FileView]]:
    """The files at the fields of each step: those that count, and before them those that came back. Each reader was found
    to see the project.

    What came back is shown while the field is open to the reader, with its reason; what was taken out otherwise is not.
    """
    taking = [(actor, step) for actor, step in steps if any(field.kind in FILE_KINDS for field in step.fields)]
    if not taking:
        return [[] for _ in steps]
    for actor, step in taking:
        _know_open_and_sent(session, actor, step)
    field_ids = {field.id for _, step in taking for field in step.fields if field.kind in FILE_KINDS}
    found = list_files_of_projects(session, FIELD, field_ids, [(actor, step.opportunity_id) for actor, step in taking])

    def files_of(actor: Actor, step: Step) -> list[FileView]:
        fields = {field.id: (number, field) for number, field in enumerate(step.fields)}

        def is_shown(view: FileView) -> bool:
            if view.ref_id not in fields:
                return False
            _, field = fields[view.ref_id]
            counts = view.id in (field.entry if isinstance(field.entry, list) else [])
            return counts or (view.review == Review.REJECTED and field.mode == "edit")

        shown = filter(is_shown, found.get((actor.id, step.opportunity_id), ()))
        return sorted(shown, key=lambda view: (fields[view.ref_id][0], view.review != Review.REJECTED))

    return [files_of(actor, step) for actor, step in steps]
