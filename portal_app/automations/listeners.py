"""What listens to the other rooms. Imported by `portal_app.rooms`; importing it is what makes it listen."""

from __future__ import annotations

import logging

from sqlmodel import Session, col

from ..access.events import LoginCodeRequested, StaffInvited, StaffResetRequested
from ..config import settings
from ..core.events import on, publish
from ..customers.events import AddressClaimed, CustomerRegistered, EmailChangeRequested, ProfileUpdated, SignUpRequested
from ..customers.models import Contact, EmailChange
from ..flows.events import ActHappened, SubstagesDeleted
from ..flows.models import Substage
from ..flows.view_kinds import Act, ViewKind
from ..messaging.models import EmailTemplate
from ..messaging.rules import variables_used
from ..messaging.service import enqueue_builtin, enqueue_staff_template, enqueue_template, enqueue_to_address
from ..messaging.variables import Use
from ..offers.events import OfferShared
from ..opportunities.events import AnswersChanged, FieldsAskedAgain, OpportunityCreated, OpportunityMoved
from ..opportunities.models import Opportunity
from ..webhooks.events import WebhookGivenUp
from .rules import WEBHOOK_GIVEN_UP, ActionKind
from .running import note_trouble
from .service import actions_of, forget_substages, run_actions
from .steps import STEP_ACTS, end_reminders, ids_of_done, resume_reminders, run_after_move

log = logging.getLogger(__name__)

CODE = "client_code_verification"


@on(ActHappened)
def run_after_act(session: Session, event: ActHappened) -> None:
    if event.opportunity_id and event.act in STEP_ACTS:
        end_reminders(session, event.opportunity_id)
    run_actions(session, event.act.value, event.contact_id, event.opportunity_id, event.variables)


@on(CustomerRegistered)
def run_after_registration(session: Session, event: CustomerRegistered) -> None:
    run_actions(session, Use.CUSTOMER_REGISTERED, event.contact_id, event.opportunity_id)


@on(OfferShared)
def run_after_sharing(session: Session, event: OfferShared) -> None:
    opportunity = session.get_one(Opportunity, event.opportunity_id)
    if session.get_one(Substage, opportunity.substage_id).view_kind == ViewKind.OFFER:
        resume_reminders(session, opportunity.id)  # who had declined what there was has something to choose again
    run_actions(session, Use.OFFER_SHARED, event.contact_id, event.opportunity_id, event.variables)


@on(LoginCodeRequested)
def send_login_code(session: Session, event: LoginCodeRequested) -> None:
    """Mails the code by what staff set; where none of it carries the code, or it fails, by the built-in template.

    Nobody is locked out because somebody tidied up the actions or broke a template.
    """
    if not _runs_and_sends(session, event):
        enqueue_builtin(session, "login-code", event.contact_id, {CODE: event.code}, cause=Use.LOGIN_CODE)


def _runs_and_sends(session: Session, event: LoginCodeRequested) -> bool:
    try:
        with session.begin_nested():
            run_actions(session, Use.LOGIN_CODE, event.contact_id, variables={CODE: event.code})
            return _sends_the_code(session)
    except Exception:
        log.exception("what staff set for login codes failed; the built-in mail goes out")
        return False


def _sends_the_code(session: Session) -> bool:
    for action in actions_of(session, Use.LOGIN_CODE):
        if action.kind == ActionKind.SEND_TEMPLATE:
            template = session.get(EmailTemplate, action.template_key)
            if template and all(CODE in variables_used("", body) for body in template.body.values()):
                return True
    return False


@on(ProfileUpdated)
def tell_the_act(session: Session, event: ProfileUpdated) -> None:
    """The room of customers is below the flows and does not know their acts."""
    publish(session, ActHappened(act=Act.PROFILE_UPDATED, contact_id=event.contact_id, opportunity_id=None))


@on(EmailChangeRequested)
def send_confirmations(session: Session, event: EmailChangeRequested) -> None:
    """A link of its own for each address; without a token the new one gets none."""
    change = session.get_one(EmailChange, event.change_id)
    contact = session.get_one(Contact, event.contact_id)
    for use, address, token in ((Use.EMAIL_CHANGE_OLD, change.old_email, event.old_token),
                                (Use.EMAIL_CHANGE_NEW, change.new_email, event.new_token)):
        if token:
            enqueue_to_address(session, use.value, address, contact.language, {
                "client_name": contact.name, "client_email": change.old_email, "client_new_email": change.new_email,
                "client_confirm_link": f"{settings.url}/confirm/email/{token}"}, use.value, contact_id=contact.id)


@on(AddressClaimed)
def tell_the_owner(session: Session, event: AddressClaimed) -> None:
    enqueue_template(session, Use.ADDRESS_CLAIMED.value, event.contact_id, {}, cause=Use.ADDRESS_CLAIMED.value)


@on(SignUpRequested)
def send_sign_up(session: Session, event: SignUpRequested) -> None:
    enqueue_to_address(session, Use.SIGN_UP.value, event.email, event.language, {
        "client_name": event.name, "client_confirm_link": f"{settings.url}/confirm/sign-up/{event.token}"},
        Use.SIGN_UP.value)


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


@on(OpportunityCreated)
def run_at_the_beginning(session: Session, event: OpportunityCreated) -> None:
    run_after_move(session, event.opportunity_id, "", session.get_one(Opportunity, event.opportunity_id).substage_id)


@on(OpportunityMoved)
def run_step_actions(session: Session, event: OpportunityMoved) -> None:
    run_after_move(session, event.opportunity_id, event.from_substage_id, event.to_substage_id)


@on(FieldsAskedAgain)
def remind_again(session: Session, event: FieldsAskedAgain) -> None:
    resume_reminders(session, event.opportunity_id)


@on(AnswersChanged)
def end_what_was_resumed(session: Session, event: AnswersChanged) -> None:
    """What was asked again has been given, to us or in the portal, and the step itself was done before."""
    if ids_of_done(session, col(Opportunity.id) == event.opportunity_id):
        end_reminders(session, event.opportunity_id)


@on(WebhookGivenUp)
def say_given_up(session: Session, event: WebhookGivenUp) -> None:
    if event.opportunity_id:
        note_trouble(session, event.opportunity_id, WEBHOOK_GIVEN_UP)


@on(SubstagesDeleted)
def drop_targets(session: Session, event: SubstagesDeleted) -> None:
    forget_substages(session, event.substage_ids)
