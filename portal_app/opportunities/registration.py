"""A new customer with a first project, or a further project of a known one, in one step."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import Field
from sqlmodel import Session, col

from ..access.actors import Actor, Permission
from ..access.rules import address_key
from ..core.errors import NotAllowed, NotFound, PortalError
from ..core.events import publish
from ..core.texts import msg
from ..customers.events import CustomerRegistered
from ..customers.models import Contact
from ..customers.rules import CustomerForm
from ..customers.service import create_customer, visible_contacts
from ..flows.service import list_flows
from .rules import OpportunityForm
from .service import create_opportunity


class NoProcessYet(PortalError):
    text = msg("Please choose a process.")


class RegistrationForm(CustomerForm):
    """What staff enter about somebody new, and what the project begins with."""

    flow_id: str = Field(max_length=32)
    owner_id: str = Field(default="", max_length=32)
    lon_deg: float | None = Field(default=None, ge=-180, le=180)
    lat_deg: float | None = Field(default=None, ge=-90, le=90)


class SystemRegistrationForm(RegistrationForm):
    """The same as another system sends it: without a process the project begins in the first one."""

    flow_id: str = Field(default="", max_length=32)


class Registered(NamedTuple):
    contact_id: str
    opportunity_id: str


class KnownContact(NamedTuple):
    id: str
    name: str


_OF_PROJECT = {"flow_id", "owner_id", "lon_deg", "lat_deg"}


def register_customer(session: Session, actor: Actor, form: RegistrationForm) -> Registered:
    """Contact and project together; then tells it once, so that the welcome mail belongs to the project."""
    _demand(actor)
    if not form.flow_id:
        raise NoProcessYet("flow_id")
    contact = create_customer(
        session, actor, CustomerForm(**form.model_dump(exclude=_OF_PROJECT)), announce=False)
    opportunity = create_opportunity(session, actor, _project_of(form, contact.id))
    publish(session, CustomerRegistered(contact_id=contact.id, opportunity_id=opportunity.id))
    return Registered(contact.id, opportunity.id)


def add_project(session: Session, actor: Actor, contact_id: str, form: RegistrationForm) -> Registered:
    """A further project of somebody who is known already; their data stay as they are."""
    _demand(actor)
    if not form.flow_id:
        raise NoProcessYet("flow_id")
    opportunity = create_opportunity(session, actor, _project_of(form, contact_id))
    return Registered(contact_id, opportunity.id)


def register_once(session: Session, actor: Actor, form: SystemRegistrationForm) -> Registered:
    """Customer and project, unless somebody has the address: they stay as they are, and there is no new project (its id
    is empty). So another system may send the same customer again. Raises `NoProcessYet`, `NotFound` with the field."""
    if known := find_known(session, actor, form.email):
        return Registered(known.id, "")
    flows = [flow.id for flow in list_flows(session, actor)]
    if form.flow_id and form.flow_id not in flows:
        raise NotFound("flow_id")
    return register_customer(session, actor, form.model_copy(update={"flow_id": form.flow_id or next(iter(flows), "")}))


def find_known(session: Session, actor: Actor, email: str) -> KnownContact | None:
    """Who has this address, for staff who are about to enter them again."""
    _demand(actor)
    row = session.execute(visible_contacts(session, actor).with_only_columns(col(Contact.id), col(Contact.name))
                          .where(col(Contact.email) == address_key(email))).first()
    return KnownContact(*row) if row else None


def _demand(actor: Actor) -> None:
    if not (actor.can(Permission.EDIT_CUSTOMERS) and actor.can(Permission.EDIT_OPPORTUNITIES)):
        raise NotAllowed


def _project_of(form: RegistrationForm, contact_id: str) -> OpportunityForm:
    return OpportunityForm(contact_id=contact_id, flow_id=form.flow_id, owner_id=form.owner_id, address=form.address,
                           lon_deg=form.lon_deg, lat_deg=form.lat_deg)
