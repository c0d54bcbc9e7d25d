"""One project as staff work on it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import reflex as rx
from pydantic import BaseModel
from sqlmodel import Session

from ...access.actors import STAFF, Actor, Permission
from ...automations.troubles import PlannedLine, TroubleLine, list_planned, list_troubles, settle_trouble
from ...company.service import company_snapshot
from ...core import live
from ...core.database import run_read, run_write
from ...core.errors import ChangedMeanwhile
from ...core.forms import parse, parse_id
from ...core.texts import LANGUAGE_NAMES, msg
from ...customers.rules import CustomerForm
from ...customers.service import update_contact
from ...messaging.access_link import send_access_link
from ...messaging.service import MailRow, list_mails, retry_mail
from ...offers.authoring import OfferBrief, WishView, list_offers_for_staff, list_wishes
from ...opportunities.detail import (
    ContactCard,
    HistoryRow,
    MoveForm,
    OpportunityDetail,
    StageStep,
    get_detail,
    move_by_hand,
)
from ...roofs.service import RoofView, get_roof
from ...support.listing import list_of_opportunity
from ...support.schemas import CaseRow
from ...ui.handlers import handler
from ...ui.i18n import say
from ...ui.shell_state import PortalState
from ..contact_form import began
from ..customer.state import Change, change_lines
from ..pieces import initials_of
from .answers import AnswersCard, read_answers
from .roof import RoofCard, roof_card_of

OVERTAKEN = msg("Somebody else moved this project meanwhile. Here is where it stands now.")


class Header(BaseModel):
    """What stands at the top; everything that is a plain text or number."""

    id: str = ""
    number: str = ""
    title: str = ""
    address: str = ""
    flow_name: str = ""
    owner_name: str = ""
    substage_id: str = ""
    substage_name: str = ""
    turn: str = ""
    entered_at: str = ""
    days: int = 0


class HistoryDay(BaseModel):
    """What happened on one day of the company's calendar, the latest first."""

    day: str
    rows: list[HistoryRow]


class ProjectPage(BaseModel):
    detail: OpportunityDetail
    mails: list[MailRow]
    roof: RoofView | None = None
    offers: list[OfferBrief] = []
    wishes: list[WishView] = []
    cases: list[CaseRow] = []
    answers: AnswersCard = AnswersCard()
    troubles: list[TroubleLine] = []
    planned: list[PlannedLine] = []


def load_project(session: Session, actor: Actor, opportunity_id: str) -> ProjectPage:
    detail = get_detail(session, actor, opportunity_id)
    mails = list_mails(session, actor, opportunity_id) if actor.can(Permission.SEE_MAIL) else []
    return ProjectPage(
        detail=detail, mails=mails, roof=get_roof(session, actor, detail.id),
        offers=list_offers_for_staff(session, actor, detail.id), wishes=list_wishes(session, actor, detail.id),
        cases=list_of_opportunity(session, actor, detail.id),
        answers=read_answers(session, actor, detail.id), troubles=list_troubles(session, actor, detail.id),
        planned=list_planned(session, actor, detail.id))


def by_day(history: list[HistoryRow], time_zone: str) -> list[HistoryDay]:
    days: list[HistoryDay] = []
    for row in history:
        day = row.at.astimezone(ZoneInfo(time_zone)).date().isoformat()
        if not days or days[-1].day != day:
            days.append(HistoryDay(day=day, rows=[]))
        days[-1].rows.append(row)
    return days


class ProjectState(PortalState, rx.State):
    header: Header = Header()
    contact: ContactCard = ContactCard(id="", name="", email="", phone="", address="", language="")
    contact_changes: list[Change] = []
    can_see_customer: bool = False
    can_view_as: bool = False
    contact_initials: str = ""
    contact_language: str = ""
    stages: list[StageStep] = []
    days: list[HistoryDay] = []
    mails: list[MailRow] = []
    roof: RoofCard = RoofCard()
    offers: list[OfferBrief] = []
    wishes: list[WishView] = []
    cases: list[CaseRow] = []
    answers: AnswersCard = AnswersCard()
    troubles: list[TroubleLine] = []
    planned: list[PlannedLine] = []
    can_edit_offers: bool = False
    can_move: bool = False
    can_edit_contact: bool = False
    is_editing_contact: bool = False
    can_send_link: bool = False
    can_see_mail: bool = False
    # The dialog that asks before a move.
    is_asking: bool = False
    target_id: str = ""
    target_name: str = ""
    _is_outdated: bool = False
    _began: dict[str, str] = {}

    @handler(STAFF)
    async def load(self):
        self.is_asking = False
        self.is_editing_contact &= self.header.id == self._query("id")  # after a lost connection what was written stays
        await self._read()

    @handler(STAFF)
    async def refresh(self):
        """Something of the project changed elsewhere. While somebody decides or types, the page waits and says so."""
        if self.is_asking or self.is_editing_contact:
            self._is_outdated = True
            await self._say_changed()
        else:
            await self._read()

    async def _read(self) -> None:
        actor = self._actor
        with self._reading():
            page = await run_read(load_project, actor, parse_id(self._query("id")))
            self._show(page, actor)

    async def _read_if_outdated(self) -> None:
        if self._is_outdated:
            await self._read()

    def _show(self, page: ProjectPage, actor: Actor) -> None:
        detail = page.detail
        self._follow(live.opportunity_topic(detail.id), live.contact_topic(detail.contact.id), by="refresh")
        self._is_outdated = False
        self.header = Header(**detail.model_dump(include=set(Header.model_fields)))
        self.contact, self.stages = detail.contact, detail.stages
        self.contact_changes = change_lines(detail.contact_changes)
        self.can_see_customer = actor.can(Permission.SEE_ALL_OPPORTUNITIES)
        self.can_view_as = actor.can(Permission.VIEW_AS_CUSTOMER)
        self.contact_initials = initials_of(detail.contact.name)
        self.contact_language = LANGUAGE_NAMES.get(detail.contact.language, "")
        self.days = by_day(detail.history, company_snapshot().time_zone)
        self.mails = page.mails
        self.troubles, self.planned = page.troubles, page.planned
        self.roof = roof_card_of(page.roof)
        self.offers, self.wishes, self.cases = page.offers, page.wishes, page.cases
        self.answers = page.answers
        self.can_edit_offers = actor.can(Permission.EDIT_OFFERS)
        self.can_move = actor.can(Permission.MOVE_OPPORTUNITIES)
        self.can_send_link = actor.can(Permission.EDIT_CUSTOMERS)
        self.can_see_mail = actor.can(Permission.SEE_MAIL)
        self.can_edit_contact = actor.can(Permission.EDIT_CUSTOMERS)

    @handler(Permission.MOVE_OPPORTUNITIES)
    async def ask_move(self, substage_id: str):
        """Opens the dialog for a step of this project's process."""
        for stage in self.stages:
            for choice in stage.substages:
                if choice.id == substage_id and not choice.is_current:
                    self.target_id, self.target_name, self.is_asking = choice.id, choice.name, True
                    self.field_errors = {}

    @handler(STAFF)
    async def stop_asking(self):
        self.is_asking = False
        await self._read_if_outdated()

    @handler(Permission.MOVE_OPPORTUNITIES)
    async def move(self, form: dict):
        async with self._showing_errors():
            asked = parse(MoveForm, {
                "opportunity_id": self.header.id, "substage_id": self.target_id,
                "from_substage_id": self.header.substage_id, "note": form.get("note", "")})
            try:
                await run_write(move_by_hand, self._actor, asked)
                await self._notify(msg("Moved to “{name}”."), name=self.target_name)
            except ChangedMeanwhile:
                self.field_errors = {"form": say(OVERTAKEN)}
            self._show(await run_read(load_project, self._actor, self.header.id), self._actor)
            self.is_asking = bool(self.field_errors)  # then the question stays, with the reason that was written

    @handler(Permission.EDIT_CUSTOMERS)
    async def edit_contact(self):
        self.is_editing_contact, self.field_errors, self._began = True, {}, began(self.contact)

    @handler(STAFF)
    async def leave_contact(self):
        self.is_editing_contact, self.field_errors = False, {}
        await self._read_if_outdated()

    @handler(Permission.EDIT_CUSTOMERS)
    async def save_contact(self, form: dict):
        async with self._showing_errors():
            await run_write(update_contact, self._actor, self.contact.id, parse(CustomerForm, form), self._began)
            self.is_editing_contact = False
            await self._notify(msg("Saved."))
            self._show(await run_read(load_project, self._actor, self.header.id), self._actor)

    @handler(Permission.EDIT_CUSTOMERS)
    async def send_link(self):
        async with self._showing_errors():
            await run_write(send_access_link, self._actor, self.header.id)
            await self._notify(msg("The access link is on its way to {email}."), email=self.contact.email)
            self._show(await run_read(load_project, self._actor, self.header.id), self._actor)

    @handler(Permission.SEE_MAIL)
    async def send_again(self, mail_id: str):
        async with self._showing_errors():
            await run_write(retry_mail, self._actor, parse_id(mail_id))
            await self._notify(msg("The mail is tried again."))
            self._show(await run_read(load_project, self._actor, self.header.id), self._actor)

    @handler(Permission.MOVE_OPPORTUNITIES)
    async def settle(self, trouble_id: str):
        async with self._showing_errors():
            await run_write(settle_trouble, self._actor, parse_id(trouble_id))
            self._show(await run_read(load_project, self._actor, self.header.id), self._actor)
