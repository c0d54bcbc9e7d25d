"""What customers do with offers: read, accept one, decline, ask for a change. Exactly one outcome, however many try.

Everything that shares, changes, withdraws or answers an offer first locks the opportunity's row (`get_locked`), then
looks at the offer again, then writes with a conditional UPDATE; the database allows one accepted offer per opportunity.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import bindparam, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from ..access.actors import Actor
from ..company.service import company_snapshot
from ..core import audit, limits, live
from ..core.clock import now
from ..core.database import insert_row, table_of
from ..core.errors import NotAllowed, NotFound
from ..core.events import publish
from ..core.forms import Form
from ..core.texts import LANGUAGES, money_text, translate
from ..flows.contents import Outline, outline_of
from ..flows.view_kinds import Act, ViewKind
from ..opportunities.models import Opportunity
from ..opportunities.service import get_locked, get_visible
from ..opportunities.steps import demand_complete
from . import rules
from .errors import OfferAlreadyDecided, OfferChanged, OfferExpired, OfferNotAtThisStep, OfferWithdrawn
from .events import OfferAccepted, OfferChangeWished, OfferDeclined
from .forms import DeclineForm
from .models import Offer, OfferDecision, OfferWish
from .rules import OfferStatus, VersionContent
from .schemas import OffersPage, OfferView, Outcome, mark_best, view_of
from .versions import ShownOffer, number_of, read_content, shown_offers, template_variables

EXPIRED = "expired"
WISHES = "10/hour"


class WishForm(Form):
    text: Annotated[str, Field(min_length=1, max_length=1000)]


def shown_status(offer: Offer | ShownOffer, time_zone: str) -> str:
    """The stored status, or `expired` for a shared offer whose last day is over."""
    if offer.status == OfferStatus.SHARED and rules.is_expired(offer.valid_until, now(), time_zone):
        return EXPIRED
    return offer.status


# Built once: building a statement costs more than running it.


_offer, _decision = map(table_of, (Offer, OfferDecision))
_DECISIONS = (select_columns(*_decision.c, _offer.c.sequence, _offer.c.title)
              .select_from(_decision.join(_offer, _offer.c.id == _decision.c.offer_id))
              .where(_decision.c.opportunity_id == bindparam("opportunity_id")).order_by(_decision.c.at))
_OFFER_NOW = shown_offers().where(_offer.c.id == bindparam("offer_id"))
_SHOWN = (shown_offers()
          .where(_offer.c.opportunity_id == bindparam("opportunity_id"),
                 _offer.c.status.in_((OfferStatus.SHARED.value, OfferStatus.ACCEPTED.value, OfferStatus.DECLINED.value)))
          .order_by(_offer.c.position, _offer.c.sequence).limit(20))
_PROJECT_OF = select_columns(_offer.c.opportunity_id).where(_offer.c.id == bindparam("offer_id"))


def get_outcomes(session: Session, opportunity: Opportunity, time_zone: str, offer_id: str = "") -> dict[str, Outcome]:
    """What was decided, by offer."""
    statement = _DECISIONS.where(_decision.c.offer_id == offer_id) if offer_id else _DECISIONS
    return {row.offer_id: _outcome(row._asdict(), number_of(opportunity, row.sequence), row.title, time_zone)
            for row in session.execute(statement, {"opportunity_id": opportunity.id})}


def _outcome(decision: Mapping[str, Any], offer_number: str, title: str, time_zone: str) -> Outcome:
    kept = {name: decision[name] for name in ("decision", "offer_id", "version", "version_hash", "total_cents", "currency",
                                              "contact_name", "reason", "comment") if name in decision}
    at = decision["at"]
    return Outcome(
        **kept, at=at.isoformat(), offer_number=offer_number, title=title,
        withdrawal_last_day=rules.withdrawal_last_day(rules.today_in(time_zone, at)).isoformat()
        if decision["decision"] == OfferStatus.ACCEPTED else "")


def list_offers(session: Session, actor: Actor, opportunity_id: str, language: str) -> OffersPage:
    """What the customer sees: the open offers side by side, or how it ended."""
    opportunity = get_visible(session, actor, opportunity_id)
    company = company_snapshot()
    page = OffersPage(opportunity_id=opportunity.id, project_number=opportunity.number,
                      company_name=company.legal_name or company.name)
    by_status: dict[str, list[OfferView]] = {}
    for row in session.execute(_SHOWN, {"opportunity_id": opportunity.id}):
        offer = ShownOffer(*row)
        status = shown_status(offer, company.time_zone)
        view = view_of(read_content(offer), language, status, offer.is_recommended)
        by_status.setdefault(status, []).append(view)
    outcomes = list(get_outcomes(session, opportunity, company.time_zone).values())
    if by_status.get(OfferStatus.ACCEPTED):
        page.state, page.offers = "accepted", by_status[OfferStatus.ACCEPTED]
        page.outcome = next(o for o in outcomes if o.decision == OfferStatus.ACCEPTED)
    elif by_status.get(OfferStatus.SHARED):
        page.state, page.offers = "open", by_status[OfferStatus.SHARED]
        page.may_answer = actor.is_customer and outline_of(session, opportunity.substage_id).view_kind == ViewKind.OFFER
        mark_best(page.offers)
    elif by_status.get(EXPIRED):
        page.state = "ended"
        page.last_valid_until = max(view.valid_until for view in by_status[EXPIRED])
    elif outcomes:
        page.state, page.outcome = "declined", outcomes[-1]
    elif _was_withdrawn(session, opportunity):
        page.state = "withdrawn"
    return page


def _was_withdrawn(session: Session, opportunity: Opportunity) -> bool:
    return session.exec(select(Offer.id).where(Offer.opportunity_id == opportunity.id,
                                               col(Offer.status) == OfferStatus.WITHDRAWN).limit(1)).first() is not None


def _held_for_answer(session: Session, actor: Actor, offer_id: str) -> tuple[ShownOffer, Opportunity]:
    """The offer as it is now, kept from everybody else until the commit. Drafts look like unknown ones."""
    if not actor.is_customer:
        raise NotAllowed
    opportunity_id = session.execute(_PROJECT_OF, {"offer_id": offer_id}).scalar()
    if opportunity_id is None:
        raise NotFound
    opportunity = get_locked(session, actor, opportunity_id)
    found = session.execute(_OFFER_NOW, {"offer_id": offer_id}).one_or_none()
    if found is None or found.status == OfferStatus.DRAFT:
        raise NotFound
    return ShownOffer(*found), opportunity


def _refuse_unless_open(session: Session, offer: ShownOffer, opportunity: Opportunity, version: int) -> Outline:
    """Says which of the things that may have happened meanwhile did happen; nothing of it: what the step is."""
    if offer.status == OfferStatus.WITHDRAWN:
        raise OfferWithdrawn
    if offer.status != OfferStatus.SHARED:
        raise OfferAlreadyDecided
    if rules.is_expired(offer.valid_until, now(), company_snapshot().time_zone):
        raise OfferExpired
    if offer.version != version:
        raise OfferChanged
    step = outline_of(session, opportunity.substage_id)
    if step.view_kind != ViewKind.OFFER:
        raise OfferNotAtThisStep
    return step


_DECIDE = (update(_offer).where(_offer.c.id == bindparam("offer"), _offer.c.status == OfferStatus.SHARED.value,
                                _offer.c.version == bindparam("seen"))
           .values(status=bindparam("to"), decided_at=bindparam("at"), revision=_offer.c.revision + 1))
_CLOSE_OTHERS = (update(_offer).where(_offer.c.opportunity_id == bindparam("project"), _offer.c.id != bindparam("offer"),
                                      _offer.c.status == OfferStatus.SHARED.value)
                 .values(status=OfferStatus.CLOSED.value, revision=_offer.c.revision + 1))


def _decide(session: Session, offer: ShownOffer, version: int, status: OfferStatus) -> None:
    """The one step that decides. The lock lets nobody else come here at the same time; the condition says so once more,
    in the statement itself."""
    changed = session.connection().execute(
        _DECIDE, {"offer": offer.id, "seen": version, "to": status.value, "at": now()})
    if changed.rowcount != 1:
        raise OfferAlreadyDecided


def _record_decision(session: Session, actor: Actor, offer: ShownOffer, content: VersionContent, opportunity: Opportunity,
                     decision: OfferStatus, client_address: str, language: str, **values: str) -> dict[str, Any]:
    row = {
        "offer_id": offer.id, "opportunity_id": opportunity.id, "decision": decision.value, "version": offer.version,
        "version_hash": offer.content_hash, "contact_id": actor.id, "contact_name": actor.name, "at": now(),
        "client_address": client_address[:64], "language": language, "total_cents": content.totals.total_cents,
        "currency": content.currency, **values}
    insert_row(session, OfferDecision, **row)
    audit.record(session, actor.kind, actor.id, "accept" if decision == OfferStatus.ACCEPTED else "decline", "offer",
                 offer.id, version=offer.version, hash=offer.content_hash)
    return row


def binding_text(language: str, content: VersionContent) -> str:
    """The words above and on the button, as they are shown."""
    total = money_text(language, content.totals.total_cents, content.currency)
    sentence = translate(language, rules.BINDING_TEXT, company=content.company.name, total=total)
    return f"{sentence} [{translate(language, rules.BUTTON_TEXT)}]"


def accept_offer(session: Session, actor: Actor, offer_id: str, version: int, confirmed_total_cents: int,
                 client_address: str, language: str = "", values: Mapping[str, Any] | None = None,
                 accepted_version_ids: Collection[str] = ()) -> Outcome:
    """Orders. Binding: exactly this version, for the amount that the customer saw and confirmed.

    `values` and `accepted_version_ids` are what else the step asks for (`steps.demand_complete`): `StepIncomplete`.
    Raises what happened meanwhile: OfferWithdrawn, OfferAlreadyDecided, OfferExpired, OfferChanged, OfferNotAtThisStep.
    """
    language = language if language in LANGUAGES else actor.language
    offer, opportunity = _held_for_answer(session, actor, offer_id)
    step = _refuse_unless_open(session, offer, opportunity, version)
    content = read_content(offer)
    if content.totals.total_cents != confirmed_total_cents:
        raise OfferChanged
    demand_complete(session, actor, opportunity, values, accepted_version_ids, client_address, language,
                    Act.ACCEPT_BUDGET, step)
    _decide(session, offer, version, OfferStatus.ACCEPTED)
    session.connection().execute(_CLOSE_OTHERS, {"project": opportunity.id, "offer": offer.id})
    decision = _record_decision(session, actor, offer, content, opportunity, OfferStatus.ACCEPTED, client_address,
                                language, binding_text=binding_text(language, content))
    publish(session, OfferAccepted(
        contact_id=actor.id, opportunity_id=opportunity.id, offer_id=offer.id, version=version,
        version_hash=offer.content_hash, total_cents=content.totals.total_cents,
        variables=template_variables(content, actor.language)))
    return _outcome(decision, content.number, content.title, company_snapshot().time_zone)


def _open_ids(session: Session, opportunity: Opportunity) -> list[str]:
    zone = company_snapshot().time_zone
    offers = session.exec(select(Offer).where(Offer.opportunity_id == opportunity.id,
                                              Offer.status == OfferStatus.SHARED).order_by(col(Offer.position)))
    return [offer.id for offer in offers if not rules.is_expired(offer.valid_until, now(), zone)]


def decline_offer(session: Session, actor: Actor, offer_id: str, version: int, form: DeclineForm,
                  client_address: str) -> bool:
    """Says no to one offer, with a reason. The act happens with the last open one: as long as another offer can still
    be accepted, nobody is moved. True when it was the last.
    """
    offer, opportunity = _held_for_answer(session, actor, offer_id)
    _refuse_unless_open(session, offer, opportunity, version)
    _decide(session, offer, version, OfferStatus.DECLINED)
    content = read_content(offer)
    _record_decision(session, actor, offer, content, opportunity, OfferStatus.DECLINED, client_address, actor.language,
                     reason=form.reason.value, comment=form.comment)
    live.touch(session, live.opportunity_topic(opportunity.id))
    if _open_ids(session, opportunity):
        return False
    publish(session, OfferDeclined(contact_id=actor.id, opportunity_id=opportunity.id, offer_id=offer.id,
                                   version=version, reason=form.reason.value,
                                   variables=template_variables(content, actor.language)))
    return True


def decline_offers(session: Session, actor: Actor, opportunity_id: str, versions: dict[str, int], form: DeclineForm,
                   client_address: str) -> None:
    """None of these: says no to every open offer at once. `versions` is what the customer saw; with a new or changed
    one among them nothing is declined.
    """
    if not actor.is_customer:
        raise NotAllowed
    opportunity = get_locked(session, actor, opportunity_id)
    open_ids = _open_ids(session, opportunity)
    if not open_ids:
        raise OfferAlreadyDecided
    if set(open_ids) != set(versions):
        raise OfferChanged
    for offer_id in open_ids:
        decline_offer(session, actor, offer_id, versions[offer_id], form, client_address)


def ask_for_change(session: Session, actor: Actor, opportunity_id: str, form: WishForm) -> None:
    """Keeps what the customer would like to have changed, or that new offers are wanted; staff are told, and see it
    on the opportunity."""
    if not actor.is_customer:
        raise NotAllowed
    opportunity = get_visible(session, actor, opportunity_id)
    limits.demand(WISHES, "offer-wish", actor.id)
    session.add(OfferWish(opportunity_id=opportunity.id, contact_id=actor.id, text=form.text))
    publish(session, OfferChangeWished(contact_id=actor.id, opportunity_id=opportunity.id))
    audit.record(session, actor.kind, actor.id, "ask_for_change", "opportunity", opportunity.id)
