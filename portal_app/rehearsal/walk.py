"""Walking a flow as a made-up customer.

Everything happens as it would for a real one, in a transaction that is taken back: nothing is sent and nothing is kept. A
walk is the list of what the customer did, and is walked anew from its beginning each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field
from sqlmodel import Session, SQLModel, col, select

from ..access.actors import SYSTEM, Actor
from ..automations import listeners
from ..automations.models import ActionTrouble, PlannedAction
from ..automations.planned import next_planned, run_planned
from ..company.service import company_snapshot
from ..core import clock
from ..core.errors import NotFound
from ..core.events import publish
from ..core.forms import Form
from ..core.ids import new_id
from ..core.localized import in_language
from ..customers.rules import CustomerForm
from ..customers.service import create_customer
from ..flows.contents import contents_of
from ..flows.events import ActHappened
from ..flows.rules import ball_of, is_way_out
from ..flows.service import get_visible_tree
from ..flows.tree import FlowTree, SubstageNode
from ..flows.view_kinds import Act, ViewKind, view_of
from ..messaging.defaults import shown_name
from ..messaging.models import EmailTemplate, OutboxMail
from ..messaging.variables import samples_of
from ..notifications.models import Notification
from ..opportunities.models import AnswerChange, Opportunity, SubstageChange
from ..opportunities.rules import BY_HAND, OpportunityForm
from ..opportunities.service import create_opportunity, get_locked, move
from ..webhooks.models import WebhookEndpoint, WebhookMessage

assert listeners  # what the made-up customer does has its consequences

MOST_CHOICES = 60
TIME_PASSES, COLLEAGUE_MOVES = "time-passes", "colleague-moves"
NAME = "Alex Example"


class Choices(Form):
    """What was done so far: acts of the made-up customer; `time-passes`, up to what comes next by itself; and
    `colleague-moves`, to the next step in order."""

    done: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=MOST_CHOICES)] = []


class Happened(BaseModel):
    """One thing that came of it: mail, move, notice, webhook, field, planned or trouble, and what it is called."""

    kind: str
    name: str = ""
    hours: int = 0


class Passage(BaseModel):
    """What was done, and what came of it; the first one is the beginning."""

    choice: str = ""
    happened: list[Happened] = []


class AskedThing(BaseModel):
    name: str
    is_required: bool = False
    is_read_only: bool = False


class Place(BaseModel):
    """Where the customer stands, and what they can do there."""

    substage_id: str
    stage: str
    name: str
    description: str = ""
    view_kind: str = ""
    ball: str = ""
    asked: list[AskedThing] = []
    conditions: list[str] = []
    acts: list[str] = []
    hours_to_wait: int = -1
    next_name: str = ""
    has_ended: bool = False


class Walk(BaseModel):
    passages: list[Passage]
    place: Place


class _Rehearsed(ActHappened):
    """What a made-up customer did."""


def walk_flow(session: Session, actor: Actor, flow_id: str, choices: Choices) -> Walk:
    """Walks a flow as it is saved. Raises `NotFound` for a choice that is not there at its place.

    `session` has to be one that writes; what was written is taken back here.
    """
    tree = get_visible_tree(session, actor, flow_id)
    with _taken_back(session):
        walker = _Walker(session, tree, actor.language)
        for choice in choices.done:
            walker.do(choice)
        return Walk(passages=walker.passages, place=walker.place())


@contextmanager
def _taken_back(session: Session) -> Iterator[None]:
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        session.expunge_all()


class _Walker:
    def __init__(self, session: Session, tree: FlowTree, language: str) -> None:
        self.session, self.tree, self.language = session, tree, language
        self.at: datetime = clock.now()
        self.seen: set[str] = set()
        self.contact_id = self.opportunity_id = ""
        self.passages: list[Passage] = []
        with self._noting(""):
            contact = create_customer(session, SYSTEM, CustomerForm(
                name=NAME, email=f"rehearsal-{new_id()}@example.com", language=language))
            self.contact_id = contact.id
            self.opportunity_id = create_opportunity(
                session, SYSTEM, OpportunityForm(contact_id=contact.id, flow_id=tree.id)).id

    def do(self, choice: str) -> None:
        place = self.place()
        if choice == TIME_PASSES and place.hours_to_wait >= 0:
            planned = next_planned(self.session, self.opportunity_id)
            assert planned is not None
            self.at = max(self.at, planned.due_at)
            with self._noting(choice):
                run_planned(self.session, get_locked(self.session, SYSTEM, self.opportunity_id), planned)
        elif choice == COLLEAGUE_MOVES and place.next_name:
            following = self._next(place.substage_id)
            assert following is not None
            with self._noting(choice):
                held = get_locked(self.session, SYSTEM, self.opportunity_id)
                move(self.session, SYSTEM, held, following.id, BY_HAND)
        elif choice in place.acts:
            offer = {name: text for name, text in samples_of(choice).items() if name.startswith("offer_")}
            with self._noting(choice):
                publish(self.session, _Rehearsed(act=Act(choice), contact_id=self.contact_id,
                                                 opportunity_id=self.opportunity_id, variables=offer))
        else:
            raise NotFound

    def _next(self, substage_id: str) -> SubstageNode | None:
        """The step that follows in order, other than a failed end."""
        order = [substage for substage in self.tree.substages()
                 if substage.id == substage_id or not is_way_out(substage.view_kind)]
        here = next(place for place, substage in enumerate(order) if substage.id == substage_id)
        return order[here + 1] if here + 1 < len(order) else None

    def place(self) -> Place:
        opportunity = self.session.get_one(Opportunity, self.opportunity_id)
        substage = self.tree.substage(opportunity.substage_id)
        stage = self.tree.stage(substage.stage_id) if substage else None
        if substage is None or stage is None:
            raise NotFound
        view, contents = view_of(substage.view_kind), contents_of(self.session, substage.id)
        planned = next_planned(self.session, self.opportunity_id)
        acts = [act.value for act in view.acts] if view else []
        if substage.view_kind == ViewKind.FINALIZATION_FAILED and Act.FLOW_REACTIVATION.value not in acts:
            acts.append(Act.FLOW_REACTIVATION.value)
        has_ended = bool(view and view.ends_the_flow)
        following = None if has_ended else self._next(substage.id)
        return Place(
            substage_id=substage.id, stage=self._text(stage.public_name), name=self._text(substage.public_name),
            description=self._text(substage.public_description), view_kind=substage.view_kind or "",
            ball=ball_of(substage.view_kind, substage.ball), acts=acts,
            asked=[AskedThing(name=self._text(field.label), is_required=field.is_required, is_read_only=field.is_read_only)
                   for field in contents.fields],
            conditions=[self._text(condition.title) for condition in contents.conditions],
            hours_to_wait=self._hours_until(planned) if planned else -1, has_ended=has_ended,
            next_name=self._text(following.public_name) if following else "")

    def _text(self, texts: Any) -> str:
        return in_language(texts, self.language, company_snapshot().default_language)

    def _hours_until(self, planned: PlannedAction) -> int:
        return max(0, round((planned.due_at - self.at).total_seconds() / 3600))

    @contextmanager
    def _noting(self, choice: str) -> Iterator[None]:
        """What comes of what is done inside, at the time that it is on this walk."""
        with clock.fixed(self.at):
            yield
            self.session.flush()
        self.passages.append(Passage(choice=choice, happened=list(self._news())))

    def _news(self) -> Iterator[Happened]:
        """The rows that were not there before, in the order in which people would tell of them."""
        session = self.session
        for row in self._new(SubstageChange, SubstageChange.opportunity_id):
            yield Happened(kind="move", name=self._text(row.to_name))
        mine = (OutboxMail.contact_id == self.contact_id) | (OutboxMail.opportunity_id == self.opportunity_id)
        for mail in self._unseen(session.exec(select(OutboxMail).where(mine).order_by(col(OutboxMail.id))).all()):
            template = session.get(EmailTemplate, mail.template_key)
            yield Happened(kind="mail", name=shown_name(template, self.language) if template else mail.subject)
        if self._new(AnswerChange, AnswerChange.opportunity_id):
            yield Happened(kind="field")
        if self._new(Notification, Notification.opportunity_id):
            yield Happened(kind="notice")
        for row in self._new(WebhookMessage, WebhookMessage.opportunity_id):
            endpoint = session.get(WebhookEndpoint, row.endpoint_id)
            yield Happened(kind="webhook", name=endpoint.name if endpoint else "")
        if self._new(ActionTrouble, ActionTrouble.opportunity_id):
            yield Happened(kind="trouble")
        for row in self._new(PlannedAction, PlannedAction.opportunity_id):
            yield Happened(kind="planned", hours=self._hours_until(row))

    def _new(self, table: type[SQLModel], owner: Any) -> list[Any]:
        identity: Any = table.__table__.c.id  # pyright: ignore[reportAttributeAccessIssue]
        return self._unseen(self.session.exec(
            select(table).where(owner == self.opportunity_id).order_by(identity)).all())

    def _unseen(self, rows: Sequence[Any]) -> list[Any]:
        found = [row for row in rows if row.id not in self.seen]
        self.seen.update(row.id for row in found)
        return found
