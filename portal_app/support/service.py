"""Cases: opened and answered by customers, answered, assigned and closed by staff.

Whoever writes or changes a state holds the case, so that its messages and its state always fit together.
"""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, delete, select

from ..access.actors import PERMISSIONS_BY_ROLE, Actor, Permission, Role
from ..access.models import StaffMember
from ..company.service import company_snapshot
from ..core import audit, limits, live
from ..core.clock import now
from ..core.database import insert_or_update
from ..core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, NotFound
from ..core.events import publish
from ..core.ids import new_id
from ..core.texts import translate
from ..customers.models import Contact
from ..opportunities.rules import year_of
from ..opportunities.service import get_visible
from . import rules
from .access import get_locked_case, get_visible_case, is_open_to_customers
from .events import (
    CaseAnswered,
    CaseAssigned,
    CaseClosedByCustomer,
    CaseCommented,
    CaseReopenedByCustomer,
    CaseStateChanged,
    IncidentCreated,
)
from .files import FILE, take_over
from .models import Case, CaseDraft, CaseMessage, CaseNumberSeries, CaseType
from .rules import AnswerForm, CaseForm, CaseState, CommentForm, DraftForm
from .schemas import StaffChoice
from .types import name_in

OPENING = "20/hour"
WRITING = "60/hour"
PUBLIC, NOTE, STATE, ASSIGNED = "public", "note", "state", "assigned"


def next_number(session: Session) -> str:
    """The next number of the year, given with the transaction: one that fails leaves no gap."""
    year = year_of(now(), company_snapshot().time_zone)
    column = col(CaseNumberSeries.last)
    statement = insert_or_update(session, CaseNumberSeries).values(year=year, last=1)
    statement = statement.on_conflict_do_update(index_elements=["year"], set_={"last": column + 1}).returning(column)
    return rules.number_text(year, session.execute(statement).scalar_one())


def _demand_customer(actor: Actor) -> None:
    if not actor.is_customer:
        raise NotAllowed
    if not is_open_to_customers():
        raise NotFound


def _demand_handling(actor: Actor) -> None:
    if not actor.can(Permission.HANDLE_CASES) or actor.is_customer:
        raise NotAllowed


def _type_of(session: Session, type_id: str) -> CaseType:
    return session.get_one(CaseType, type_id)


def variables_of(session: Session, case: Case, language: str) -> dict[str, str]:
    """What templates may say of a case, in the reader's language."""
    title = rules.STATE_TITLES_FOR_CUSTOMERS[CaseState(case.state)]
    return {"case_number": case.number, "case_title": case.title,
            "case_type": name_in(_type_of(session, case.type_id).name, language),
            "case_state": translate(language, title)}


def _told(session: Session, case: Case) -> dict[str, object]:
    """What every event of a case says. The contact's pages follow the event, the rest of the household this touch."""
    live.touch(session, live.account_topic(case.account_id))
    contact = session.get_one(Contact, case.contact_id)
    return {"case_id": case.id, "contact_id": case.contact_id, "opportunity_id": case.opportunity_id,
            "assignee_id": case.assignee_id, "variables": variables_of(session, case, contact.language)}


def _write(session: Session, actor: Actor, case: Case, kind: str, text: str = "", state: str = "") -> CaseMessage:
    """A message. A change of state stands behind what led to it, also when both are of the same moment."""
    at = now() + timedelta(microseconds=1) if kind == STATE else now()
    message = CaseMessage(case_id=case.id, kind=kind, author_kind=actor.kind, author_id=actor.id, author_name=actor.name,
                          text=text, state=state, at=at)
    session.add(message)
    session.flush()
    return message


def _set_state(session: Session, actor: Actor, case: Case, state: CaseState) -> bool:
    """Puts a held case into a state and says so among its messages; False where it stood there already."""
    before = CaseState(case.state)
    case.due_at = rules.due_after(before, state, case.due_at, now(), _type_of(session, case.type_id).due_hours)
    case.state = state.value
    if before is state:
        return False
    _write(session, actor, case, STATE, state=state.value)
    audit.record(session, actor.kind, actor.id, "set_state", "case", case.id, before=before.value, after=state.value)
    return True


CASES_TOPIC = "cases"  # the numbers of cases that staff see


def case_topic(case_id: str) -> str:
    """What staff's page of a case follows; notes, which no event tells of, are told here too."""
    return f"case:{case_id}"


def _changed(session: Session, case: Case) -> None:
    case.changed_at = now()
    case.version += 1
    session.add(case)
    session.flush()
    live.touch(session, case_topic(case.id), CASES_TOPIC)


# What customers do


def open_case(session: Session, actor: Actor, form: CaseForm) -> str:
    """A new case of the customer; its id. It may belong to one of their projects."""
    _demand_customer(actor)
    kind = session.get(CaseType, form.type_id)
    if kind is None or kind.is_archived:
        raise InvalidForm({"type_id": (rules.CHOOSE_TYPE, {})})
    opportunity = get_visible(session, actor, form.opportunity_id) if form.opportunity_id else None
    limits.demand(OPENING, "case-open", actor.id)
    at = now()
    draft = get_draft(session, actor, "")
    case = Case(
        id=free_id(session, draft.future_id if draft else ""), number=next_number(session), type_id=kind.id,
        account_id=actor.account_id, contact_id=actor.id,
        opportunity_id=opportunity.id if opportunity else None, title=form.title, state=CaseState.OPEN.value,
        due_at=rules.due_after(None, CaseState.OPEN, at, at, kind.due_hours), opened_at=at, changed_at=at)
    session.add(case)
    session.flush()
    _write(session, actor, case, PUBLIC, form.text)
    take_over(session, actor, case)
    drop_draft(session, actor, "")
    live.touch(session, CASES_TOPIC)
    audit.record(session, actor.kind, actor.id, "open", "case", case.id, number=case.number, type_id=kind.id)
    publish(session, IncidentCreated(contact_id=actor.id, opportunity_id=case.opportunity_id, case_id=case.id,
                                     variables=variables_of(session, case, actor.language)))
    return case.id


def comment(session: Session, actor: Actor, case_id: str, form: CommentForm) -> str:
    """The customer writes on a case; the message's id. A solved one is with us again."""
    _demand_customer(actor)
    case = get_locked_case(session, actor, case_id)
    state = rules.after_customer_wrote(CaseState(case.state))
    limits.demand(WRITING, "case-comment", actor.id)
    message = _write(session, actor, case, PUBLIC, form.text)
    _set_state(session, actor, case, state)
    _changed(session, case)
    drop_draft(session, actor, case.id)
    audit.record(session, actor.kind, actor.id, "comment", "case", case.id)
    publish(session, CaseCommented(**_told(session, case)))  # pyright: ignore[reportArgumentType]
    return message.id


def file_arrived(session: Session, actor: Actor, case: Case, document_id: str) -> None:
    """A file stands in the talk where it came. A customer who sends one wants us to look at it."""
    case = get_locked_case(session, actor, case.id)
    state = rules.after_customer_wrote(CaseState(case.state)) if actor.is_customer else CaseState(case.state)
    message = _write(session, actor, case, FILE)
    message.document_id = document_id
    session.add(message)
    _set_state(session, actor, case, state)
    _changed(session, case)
    if actor.is_customer:
        publish(session, CaseCommented(**_told(session, case)))  # pyright: ignore[reportArgumentType]
    else:
        live.touch(session, live.account_topic(case.account_id))


def close_own(session: Session, actor: Actor, case_id: str) -> None:
    """The customer says that it is solved. Twice is once."""
    _demand_customer(actor)
    case = get_locked_case(session, actor, case_id)
    if case.state == CaseState.CLOSED:
        return
    rules.demand_step(CaseState(case.state), CaseState.CLOSED, "customer")
    _set_state(session, actor, case, CaseState.CLOSED)
    _changed(session, case)
    publish(session, CaseClosedByCustomer(**_told(session, case)))  # pyright: ignore[reportArgumentType]


def reopen_own(session: Session, actor: Actor, case_id: str) -> None:
    """The customer opens a solved or closed case again."""
    _demand_customer(actor)
    case = get_locked_case(session, actor, case_id)
    if case.state in rules.ACTIVE:
        return
    limits.demand(WRITING, "case-comment", actor.id)
    rules.demand_step(CaseState(case.state), CaseState.WAITING_FOR_US, "customer")
    _set_state(session, actor, case, CaseState.WAITING_FOR_US)
    _changed(session, case)
    publish(session, CaseReopenedByCustomer(**_told(session, case)))  # pyright: ignore[reportArgumentType]


# What staff do


def _held(session: Session, actor: Actor, case_id: str, version: int) -> Case:
    """The case, held; whoever saw another one reads what came in between before they answer."""
    _demand_handling(actor)
    case = get_locked_case(session, actor, case_id)
    if case.version != version:
        raise ChangedMeanwhile
    return case


def answer(session: Session, actor: Actor, case_id: str, form: AnswerForm) -> str:
    """Writes to the customer and says what comes next, or leaves a note among us; the message's id.

    Who answers first takes the case, unless somebody has it.
    """
    case = _held(session, actor, case_id, form.version)
    if form.is_note:
        message = _write(session, actor, case, NOTE, form.text)
    else:
        state = rules.after_answer(CaseState(case.state), form.state)
        message = _write(session, actor, case, PUBLIC, form.text)
        _set_state(session, actor, case, state)
        if case.assignee_id is None:
            case.assignee_id = actor.id
    _changed(session, case)
    drop_draft(session, actor, case.id)
    audit.record(session, actor.kind, actor.id, "note" if form.is_note else "answer", "case", case.id)
    if not form.is_note:
        publish(session, CaseAnswered(**_told(session, case)))  # pyright: ignore[reportArgumentType]
    return message.id


def set_state(session: Session, actor: Actor, case_id: str, version: int, state: CaseState) -> None:
    """Staff change the state without writing; the customer is told by mail."""
    case = _held(session, actor, case_id, version)
    rules.demand_step(CaseState(case.state), state, "staff")
    _set_state(session, actor, case, state)
    _changed(session, case)
    publish(session, CaseStateChanged(**_told(session, case), state=state.value))  # pyright: ignore[reportArgumentType]


def assign(session: Session, actor: Actor, case_id: str, version: int, assignee_id: str) -> None:
    """Who sees to it; an empty id gives it back to everybody."""
    case = _held(session, actor, case_id, version)
    if assignee_id == (case.assignee_id or ""):
        return
    member = session.get(StaffMember, assignee_id) if assignee_id else None
    if assignee_id and (member is None or not _may_handle(member)):
        raise NotFound("assignee_id")
    case.assignee_id = member.id if member else None
    _write(session, actor, case, ASSIGNED, member.name if member else "")
    _changed(session, case)
    audit.record(session, actor.kind, actor.id, "assign", "case", case.id, assignee=assignee_id)
    publish(session, CaseAssigned(**_told(session, case), by_id=actor.id))  # pyright: ignore[reportArgumentType]


def _may_handle(member: StaffMember) -> bool:
    return (member.is_active and member.role in tuple(Role)
            and Permission.HANDLE_CASES in PERMISSIONS_BY_ROLE[Role(member.role)])


def list_assignees(session: Session) -> list[StaffChoice]:
    """The colleagues who may see to cases."""
    members = session.exec(select(StaffMember).where(col(StaffMember.is_active)).order_by(col(StaffMember.name)))
    return [StaffChoice(id=member.id, name=member.name) for member in members if _may_handle(member)]


# Drafts


def free_id(session: Session, wanted: str) -> str:
    """The id of a case that is still to come: the wanted one, unless another tab has sent its case under it."""
    return wanted if wanted and session.get(Case, wanted) is None else new_id()


def save_draft(session: Session, actor: Actor, form: DraftForm) -> None:
    """Keeps what somebody is writing, for whichever device they go on at. An emptied reply is kept no more; a new case
    is, because files may hang on its id."""
    if form.case_id:
        get_visible_case(session, actor, form.case_id)
    else:
        _demand_customer(actor)
    if form.case_id and not form.text.strip():
        drop_draft(session, actor, form.case_id)
        return
    before = get_draft(session, actor, form.case_id)
    # Files may be stored under the first one.
    future_id = before.future_id if before and before.future_id else free_id(session, form.future_id)
    values = {**form.model_dump(exclude={"case_id", "future_id"}), "future_id": future_id, "changed_at": now()}
    statement = insert_or_update(session, CaseDraft).values(person_id=actor.id, case_id=form.case_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["person_id", "case_id"], set_=values))


def get_draft(session: Session, actor: Actor, case_id: str) -> CaseDraft | None:
    return session.get(CaseDraft, (actor.id, case_id))


def drop_draft(session: Session, actor: Actor, case_id: str) -> None:
    session.execute(delete(CaseDraft).where(col(CaseDraft.person_id) == actor.id, col(CaseDraft.case_id) == case_id)
                    .execution_options(synchronize_session="fetch"))
