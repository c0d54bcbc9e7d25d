"""What listens to the other rooms. Imported by `portal_app.rooms`; importing it is what makes it listen."""

from __future__ import annotations

from sqlmodel import Session

from ..access.events import LoginCodeRequested, StaffInvited, StaffResetRequested
from ..config import settings
from ..core.events import on
from ..customers.events import CustomerRegistered
from ..flows.events import ActHappened, SubstagesDeleted
from ..messaging.models import EmailTemplate
from ..messaging.rules import variables_used
from ..messaging.service import enqueue_builtin, enqueue_staff_template
from ..messaging.variables import Use
from ..offers.events import OfferShared
from .rules import ActionKind
from .service import actions_of, forget_substages, run_actions

CODE = "client_code_verification"


@on(ActHappened)
def run_after_act(session: Session, event: ActHappened) -> None:
    run_actions(session, event.act.value, event.contact_id, event.opportunity_id, event.variables)


@on(CustomerRegistered)
def run_after_registration(session: Session, event: CustomerRegistered) -> None:
    run_actions(session, Use.CUSTOMER_REGISTERED, event.contact_id)


@on(OfferShared)
def run_after_sharing(session: Session, event: OfferShared) -> None:
    run_actions(session, Use.OFFER_SHARED, event.contact_id, event.opportunity_id, event.variables)


@on(LoginCodeRequested)
def send_login_code(session: Session, event: LoginCodeRequested) -> None:
    """Mails the code by what staff set; where none of it carries the code, by the built-in template.

    Nobody is locked out because somebody tidied up the actions.
    """
    run_actions(session, Use.LOGIN_CODE, event.contact_id, variables={CODE: event.code})
    if not _sends_the_code(session):
        enqueue_builtin(session, "login-code", event.contact_id, {CODE: event.code}, cause=Use.LOGIN_CODE)


def _sends_the_code(session: Session) -> bool:
    for action in actions_of(session, Use.LOGIN_CODE):
        if action.kind == ActionKind.SEND_TEMPLATE:
            template = session.get(EmailTemplate, action.template_key)
            if template and all(CODE in variables_used("", body) for body in template.body.values()):
                return True
    return False


@on(StaffInvited)
def send_invitation(session: Session, event: StaffInvited) -> None:
    enqueue_staff_template(session, "staff-invited", event.staff_id, {"staff_link": _password_link(event.token)},
                           Use.STAFF_INVITED)


@on(StaffResetRequested)
def send_reset(session: Session, event: StaffResetRequested) -> None:
    enqueue_staff_template(session, "staff-reset", event.staff_id, {"staff_link": _password_link(event.token)},
                           Use.STAFF_RESET)


def _password_link(token: str) -> str:
    return f"{settings.url}/staff/password?token={token}"


@on(SubstagesDeleted)
def drop_targets(session: Session, event: SubstagesDeleted) -> None:
    forget_substages(session, event.substage_ids)
