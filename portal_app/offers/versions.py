"""Freezing an offer: what the customer is shown becomes a version that never changes again."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from ..access.actors import Actor
from ..company.schemas import CompanySnapshot
from ..company.service import company_snapshot
from ..core.clock import now
from ..core.database import table_of
from ..core.texts import date_text, money_text
from ..customers.models import Contact
from ..opportunities.models import Opportunity
from . import rules
from .models import Offer, OfferLine, OfferVersion
from .rules import Line, Party, Unit, VersionContent


@cache
def _offer() -> SelectOfScalar[Offer]:
    return select(Offer).where(Offer.id == bindparam("offer_id")).execution_options(populate_existing=True)


def reload_offer(session: Session, offer_id: str) -> Offer:
    return session.exec(_offer(), params={"offer_id": offer_id}).one()


def line_of(row: OfferLine) -> Line:
    return Line(description=row.description, quantity_thousandths=row.quantity_thousandths, unit=Unit(row.unit),
                unit_price_cents=row.unit_price_cents, vat_rate_bp=row.vat_rate_bp, discount_bp=row.discount_bp,
                discount_cents=row.discount_cents)


def get_lines(session: Session, offer_id: str) -> tuple[Line, ...]:
    rows = session.exec(select(OfferLine).where(OfferLine.offer_id == offer_id).order_by(col(OfferLine.position)))
    return tuple(line_of(row) for row in rows)


def number_of(opportunity: Opportunity, sequence: int) -> str:
    """What people call an offer by: the project's number and the offer's place in it, such as 2026-0418-2."""
    return f"{opportunity.number}-{sequence}"


def _company_party(company: CompanySnapshot) -> Party:
    return Party(name=company.legal_name or company.name, address=company.address, email=company.email,
                 phone=company.phone)


def content_of(session: Session, offer: Offer, version: int) -> VersionContent:
    """Everything of the offer as it stands now."""
    company = company_snapshot()
    opportunity = session.get_one(Opportunity, offer.opportunity_id)
    contact = session.get_one(Contact, opportunity.contact_id)
    lines = get_lines(session, offer.id)
    return VersionContent(
        offer_id=offer.id, number=number_of(opportunity, offer.sequence), version=version,
        issued_on=rules.today_in(company.time_zone, now()), title=offer.title, summary=offer.summary,
        currency=offer.currency, valid_until=offer.valid_until, lines=lines, totals=rules.total_of(lines),
        peak_power_wp=offer.peak_power_wp, module_count=offer.module_count, battery_wh=offer.battery_wh,
        yearly_yield_low_kwh=offer.yearly_yield_low_kwh, yearly_yield_high_kwh=offer.yearly_yield_high_kwh,
        yearly_saving_cents=offer.yearly_saving_cents, company=_company_party(company),
        customer=Party(name=contact.name, address=contact.address), project_number=opportunity.number,
        project_address=opportunity.address, default_language=company.default_language)


def freeze(session: Session, actor: Actor, offer: Offer) -> VersionContent:
    """Makes the next version of what the offer says now; the customer sees it from the commit on."""
    offer.version += 1
    content = content_of(session, offer, offer.version)
    text = rules.canonical(content)
    session.add(OfferVersion(offer_id=offer.id, version=offer.version, content=text, content_hash=rules.hash_of(text),
                             made_by=actor.name))
    session.add(offer)
    session.flush()
    return content


class ShownOffer(NamedTuple):
    """An offer with the version that customers see of it."""

    id: str
    status: str
    version: int
    valid_until: date
    is_recommended: bool
    content: str
    content_hash: str


def shown_offers() -> Select:
    """Their rows; drafts that were never shared are not among them."""
    offer, version = map(table_of, (Offer, OfferVersion))
    return select_columns(
        offer.c.id, offer.c.status, offer.c.version, offer.c.valid_until, offer.c.is_recommended, version.c.content,
        version.c.content_hash,
    ).select_from(offer.join(version, (version.c.offer_id == offer.c.id) & (version.c.version == offer.c.version)))


@cache
def _version() -> SelectOfScalar[OfferVersion]:
    return select(OfferVersion).where(OfferVersion.offer_id == bindparam("offer_id"),
                                      OfferVersion.version == bindparam("version"))


def get_version(session: Session, offer_id: str, version: int) -> OfferVersion:
    return session.exec(_version(), params={"offer_id": offer_id, "version": version}).one()


def read_content(row: OfferVersion | ShownOffer) -> VersionContent:
    return VersionContent.model_validate_json(row.content)


def template_variables(content: VersionContent, language: str) -> dict[str, str]:
    """What mails may say of an offer, in the reader's language."""
    return {"offer_title": content.title,
            "offer_total": money_text(language, content.totals.total_cents, content.currency),
            "offer_valid_until": date_text(language, content.valid_until)}
