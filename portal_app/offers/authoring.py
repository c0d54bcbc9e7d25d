"""What staff do with offers: write, share, change, withdraw, duplicate."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pydantic import BaseModel
from sqlalchemy import func, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, delete, select

from ..access.actors import Actor, Permission
from ..company.service import company_snapshot
from ..core import audit, live
from ..core.clock import now
from ..core.errors import ChangedMeanwhile, NotAllowed, NotFound
from ..core.events import publish
from ..core.localized import Localized
from ..core.texts import server_text, translate
from ..customers.models import Contact
from ..opportunities.models import Opportunity
from ..opportunities.service import get_locked, get_visible
from . import rules
from .deciding import EXPIRED, get_outcomes, shown_status
from .errors import OfferAlreadyDecided, OfferEndsTooEarly, OfferHasNoLines, OfferIsFinal
from .events import OfferShared
from .forms import OfferForm
from .models import Offer, OfferLine, OfferWish
from .rules import Line, OfferStatus, VersionContent
from .schemas import OfferView, Outcome, view_of
from .versions import (
    content_of,
    freeze,
    get_lines,
    number_of,
    reload_offer,
    template_variables,
)

UNNAMED = server_text("Offer {number}")
DEFAULT_VALID_DAYS = 30
DEFAULT_VAT_RATE_BP = 2100


class StaffOffer(BaseModel):
    """An offer as the editor shows it."""

    id: str
    opportunity_id: str
    number: str
    project_number: str
    customer_name: str
    status: str
    version: int
    revision: int
    currency: str
    title: str
    summary: Localized
    valid_until: date
    peak_power_wp: int | None
    module_count: int | None
    battery_wh: int | None
    yearly_yield_low_kwh: int | None
    yearly_yield_high_kwh: int | None
    yearly_saving_cents: int | None
    is_recommended: bool
    lines: list[Line]
    default_vat_rate_bp: int
    may_edit: bool
    may_share: bool
    changed_by: str = ""
    outcome: Outcome | None = None


class OfferBrief(BaseModel):
    """An offer as a line of the opportunity's page."""

    id: str
    number: str
    title: str
    status: str
    version: int
    total_cents: int
    currency: str
    valid_until: str
    changed_at: str
    shared_at: str = ""
    decided_at: str = ""
    is_recommended: bool = False
    decline_reason: str = ""
    decline_comment: str = ""


class WishView(BaseModel):
    text: str
    at: str


def _demand(actor: Actor, *permissions: Permission) -> None:
    if not actor.is_customer and all(actor.can(permission) for permission in permissions):
        return
    raise NotAllowed


def _demand_staff(actor: Actor) -> None:
    if actor.is_customer:
        raise NotFound


def _visible_offer(session: Session, actor: Actor, offer_id: str) -> tuple[Offer, Opportunity]:
    offer = session.get(Offer, offer_id)
    if offer is None:
        raise NotFound
    return offer, get_visible(session, actor, offer.opportunity_id)


def _held_offer(session: Session, actor: Actor, offer_id: str) -> tuple[Offer, Opportunity]:
    """The offer as it is now, kept from everybody else until the commit."""
    found = session.get(Offer, offer_id)
    if found is None:
        raise NotFound
    opportunity = get_locked(session, actor, found.opportunity_id)
    return reload_offer(session, offer_id), opportunity


def _default_vat_rate_bp(session: Session) -> int:
    """The rate that this company used last."""
    last = session.exec(select(OfferLine.vat_rate_bp).order_by(col(OfferLine.id).desc()).limit(1)).first()
    return DEFAULT_VAT_RATE_BP if last is None else last


def _changed(session: Session, offer: Offer, actor: Actor) -> None:
    live.touch(session, live.opportunity_topic(offer.opportunity_id))  # not everything here is told by an event
    offer.revision += 1
    offer.changed_at, offer.changed_by = now(), actor.name


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def create_offer(session: Session, actor: Actor, opportunity_id: str, title: str = "", form: OfferForm | None = None
                 ) -> str:
    """A new draft, empty or with what `form` says; its id."""
    _demand(actor, Permission.EDIT_OFFERS)
    opportunity = get_locked(session, actor, opportunity_id)
    company = company_snapshot()
    last = session.execute(select_columns(func.max(col(Offer.sequence)))
                           .where(col(Offer.opportunity_id) == opportunity.id)).scalar() or 0
    offer = Offer(opportunity_id=opportunity.id, sequence=last + 1, position=last, currency=company.currency,
                  title=title[:80] or translate(company.default_language, UNNAMED, number=last + 1), changed_by=actor.name,
                  valid_until=rules.today_in(company.time_zone, now()) + timedelta(days=DEFAULT_VALID_DAYS))
    session.add(offer)
    session.flush()
    if form is not None:
        _write(session, offer, form)
    audit.record(session, actor.kind, actor.id, "create", "offer", offer.id, opportunity=opportunity.id)
    return offer.id


def _write(session: Session, offer: Offer, form: OfferForm) -> None:
    for name, value in form.model_dump(exclude={"lines"}).items():
        setattr(offer, name, value)
    session.exec(delete(OfferLine).where(col(OfferLine.offer_id) == offer.id))
    session.add_all(OfferLine(offer_id=offer.id, position=place, **line.model_dump(mode="json"))
                    for place, line in enumerate(form.lines))
    offer.total_cents = rules.total_of(form.lines).total_cents
    if form.is_recommended:
        session.execute(update(Offer).where(col(Offer.opportunity_id) == offer.opportunity_id,
                                            col(Offer.id) != offer.id).values(is_recommended=False))
    session.add(offer)
    session.flush()


def get_offer_for_staff(session: Session, actor: Actor, offer_id: str) -> StaffOffer:
    _demand_staff(actor)
    offer, opportunity = _visible_offer(session, actor, offer_id)
    company = company_snapshot()
    contact = session.get_one(Contact, opportunity.contact_id)
    lines = get_lines(session, offer.id)
    status = shown_status(offer, company.time_zone)
    return StaffOffer(
        **offer.model_dump(include={
            "id", "opportunity_id", "version", "revision", "currency", "title", "summary", "valid_until",
            "peak_power_wp", "module_count", "battery_wh", "yearly_yield_low_kwh", "yearly_yield_high_kwh",
            "yearly_saving_cents", "is_recommended", "changed_by"}),
        number=number_of(opportunity, offer.sequence), project_number=opportunity.number, customer_name=contact.name,
        status=status, lines=list(lines),
        default_vat_rate_bp=lines[-1].vat_rate_bp if lines else _default_vat_rate_bp(session),
        may_edit=actor.can(Permission.EDIT_OFFERS) and status in (OfferStatus.DRAFT, OfferStatus.SHARED, EXPIRED)
        and (offer.version == 0 or actor.can(Permission.SHARE_OFFERS)),
        may_share=actor.can(Permission.SHARE_OFFERS),
        outcome=get_outcomes(session, opportunity, company.time_zone, offer_id=offer.id).get(offer.id))


def preview_offer(session: Session, actor: Actor, offer_id: str, language: str) -> OfferView:
    """The offer as the customer would read it if it were shared now."""
    _demand_staff(actor)
    offer, _ = _visible_offer(session, actor, offer_id)
    return view_of(content_of(session, offer, max(offer.version, 1)), language, offer.status, offer.is_recommended)


def list_offers_for_staff(session: Session, actor: Actor, opportunity_id: str) -> list[OfferBrief]:
    """All offers of an opportunity, drafts and withdrawn ones too, in their order."""
    _demand_staff(actor)
    opportunity = get_visible(session, actor, opportunity_id)
    company = company_snapshot()
    outcomes = get_outcomes(session, opportunity, company.time_zone)
    offers = session.exec(select(Offer).where(Offer.opportunity_id == opportunity.id)
                          .order_by(col(Offer.position), col(Offer.sequence)).limit(100))
    return [OfferBrief(
        **offer.model_dump(include={"id", "title", "version", "total_cents", "currency", "is_recommended"}),
        valid_until=offer.valid_until.isoformat(), changed_at=_iso(offer.changed_at), shared_at=_iso(offer.shared_at),
        decided_at=_iso(offer.decided_at), number=number_of(opportunity, offer.sequence),
        status=shown_status(offer, company.time_zone),
        decline_reason=outcome.reason if (outcome := outcomes.get(offer.id)) else "",
        decline_comment=outcome.comment if outcome else "") for offer in offers]


def list_wishes(session: Session, actor: Actor, opportunity_id: str) -> list[WishView]:
    """What the customer asked to have changed, newest first."""
    _demand_staff(actor)
    opportunity = get_visible(session, actor, opportunity_id)
    wishes = session.exec(select(OfferWish).where(OfferWish.opportunity_id == opportunity.id)
                          .order_by(col(OfferWish.at).desc(), col(OfferWish.id).desc()).limit(20))
    return [WishView(text=wish.text, at=_iso(wish.at)) for wish in wishes]


def save_offer(session: Session, actor: Actor, offer_id: str, revision: int, form: OfferForm) -> int:
    """Saves what the editor says and gives the new revision.

    What was shared before becomes a new version at once: the customer sees the newest, and can no longer accept the one
    before. `revision` is what the editor started from; if somebody else saved meanwhile, nothing is overwritten.
    """
    _demand(actor, Permission.EDIT_OFFERS)
    offer, opportunity = _held_offer(session, actor, offer_id)
    if offer.status not in (OfferStatus.DRAFT, OfferStatus.SHARED):
        raise OfferIsFinal
    if offer.revision != revision:
        raise ChangedMeanwhile
    _write(session, offer, form)
    _changed(session, offer, actor)
    audit.record(session, actor.kind, actor.id, "edit", "offer", offer.id, revision=offer.revision)
    if offer.status == OfferStatus.SHARED:
        _demand(actor, Permission.SHARE_OFFERS)
        _show(session, actor, offer, opportunity, is_update=True)
    return offer.revision


def share_offer(session: Session, actor: Actor, offer_id: str) -> int:
    """Freezes version 1 and shows it to the customer; the version."""
    _demand(actor, Permission.SHARE_OFFERS)
    offer, opportunity = _held_offer(session, actor, offer_id)
    if offer.status != OfferStatus.DRAFT:
        raise OfferIsFinal
    accepted = session.exec(select(Offer.id).where(Offer.opportunity_id == opportunity.id,
                                                   Offer.status == OfferStatus.ACCEPTED)).first()
    if accepted:
        raise OfferAlreadyDecided
    offer.status, offer.shared_at = OfferStatus.SHARED.value, now()
    _changed(session, offer, actor)
    _show(session, actor, offer, opportunity, is_update=False)
    return offer.version


def _show(session: Session, actor: Actor, offer: Offer, opportunity: Opportunity, *, is_update: bool) -> VersionContent:
    company = company_snapshot()
    if rules.is_expired(offer.valid_until, now(), company.time_zone):
        raise OfferEndsTooEarly("valid_until")
    content = freeze(session, actor, offer)
    if not content.lines:
        raise OfferHasNoLines
    contact = session.get_one(Contact, opportunity.contact_id)
    audit.record(session, actor.kind, actor.id, "share", "offer", offer.id, version=offer.version)
    publish(session, OfferShared(opportunity_id=opportunity.id, offer_id=offer.id, contact_id=contact.id,
                                 version=offer.version, is_update=is_update,
                                 variables=template_variables(content, contact.language)))
    return content


def withdraw_offer(session: Session, actor: Actor, offer_id: str) -> None:
    """Takes a shared offer back; whoever has it open can no longer accept it."""
    _demand(actor, Permission.SHARE_OFFERS)
    offer, _ = _held_offer(session, actor, offer_id)
    if offer.status != OfferStatus.SHARED:
        raise OfferIsFinal
    offer.status = OfferStatus.WITHDRAWN.value
    _changed(session, offer, actor)
    session.add(offer)
    audit.record(session, actor.kind, actor.id, "withdraw", "offer", offer.id, version=offer.version)


def duplicate_offer(session: Session, actor: Actor, offer_id: str) -> str:
    """A new draft with the same content, valid from today on; its id."""
    _demand(actor, Permission.EDIT_OFFERS)
    offer, opportunity = _visible_offer(session, actor, offer_id)
    copy_id = create_offer(session, actor, opportunity.id, offer.title)
    copied = session.get_one(Offer, copy_id)
    values = offer.model_dump(include=set(OfferForm.model_fields) - {"lines", "valid_until", "is_recommended"})
    _write(session, copied, OfferForm(**values, valid_until=copied.valid_until, lines=get_lines(session, offer.id)))
    return copy_id


def delete_draft(session: Session, actor: Actor, offer_id: str) -> None:
    """Only what no customer ever saw can be deleted."""
    _demand(actor, Permission.EDIT_OFFERS)
    offer, _ = _held_offer(session, actor, offer_id)
    if offer.status != OfferStatus.DRAFT:
        raise OfferIsFinal
    session.delete(offer)
    audit.record(session, actor.kind, actor.id, "delete", "offer", offer_id)
