"""Every page of the portal: its address, what it shows, its title, and the handler that fills it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import reflex as rx

from .ui.i18n import Words, t


@dataclass(frozen=True, slots=True)
class Page:
    route: str
    view: Callable[[], rx.Component]
    title: rx.Var[str]
    on_load: Any = None

    def with_words(self) -> Callable[[], rx.Component]:
        @wraps(self.view)  # Reflex puts what a page is made of where the page comes from
        def page() -> rx.Component:
            return Words.create(self.view(), page=self.route)

        return page


def pages() -> list[Page]:
    """Imported late, so that a page's state classes exist once, when the application is put together."""
    from .portal.account.state import AccountState
    from .portal.account.view import account
    from .portal.cases.state import CasesState
    from .portal.cases.view import cases
    from .portal.documents.state import DocumentsState
    from .portal.documents.view import documents
    from .portal.home.state import HomeState
    from .portal.home.view import home
    from .portal.mailbox.state import MailboxState
    from .portal.mailbox.view import mailbox
    from .portal.missing.view import missing
    from .portal.sign_in.view import sign_in
    from .portal.sign_up.view import sign_up
    from .portal.step.state import StepState
    from .portal.views.documentation.view import documentation
    from .portal.views.drawing.state import DrawingState
    from .portal.views.drawing.view import drawing
    from .portal.views.offer.state import OffersState
    from .portal.views.offer.view import offers
    from .staff.attachments.state import AttachmentsState
    from .staff.case.state import StaffCaseState
    from .staff.case.view import case
    from .staff.cases.state import QueueState
    from .staff.cases.view import queue
    from .staff.customer.state import CustomerState
    from .staff.customer.view import customer
    from .staff.customer_import.state import ImportState
    from .staff.customer_import.view import customer_import
    from .staff.customers.state import CustomersState
    from .staff.customers.view import customers
    from .staff.home.state import StaffHomeState
    from .staff.home.view import staff_home
    from .staff.inbox.state import InboxState, NoticeChoicesState
    from .staff.inbox.view import inbox, notice_choices
    from .staff.new_customer.state import NewCustomerState
    from .staff.new_customer.view import new_customer
    from .staff.offers.state import OfferEditorState
    from .staff.offers.view import offer_editor
    from .staff.opportunities.state import ProjectsState
    from .staff.opportunities.view import projects
    from .staff.opportunity.state import ProjectState
    from .staff.opportunity.view import project
    from .staff.password.view import password
    from .staff.settings.actions.state import ActionsState
    from .staff.settings.actions.view import actions_page
    from .staff.settings.cases.state import CaseTypesState
    from .staff.settings.cases.view import case_types
    from .staff.settings.company.state import CompanyState
    from .staff.settings.company.view import company_page
    from .staff.settings.conditions.state import ConditionsState
    from .staff.settings.conditions.view import conditions_page
    from .staff.settings.fields.state import FieldsState
    from .staff.settings.fields.view import fields_page
    from .staff.settings.flows.view import ON_LOAD as LOAD_FLOWS
    from .staff.settings.flows.view import flows_page
    from .staff.settings.folders.state import FoldersState
    from .staff.settings.folders.view import folders_page
    from .staff.settings.keys.state import ApiKeysState
    from .staff.settings.keys.view import keys_page
    from .staff.settings.start.state import SettingsState
    from .staff.settings.start.view import settings_page
    from .staff.settings.templates.state import TemplatesState
    from .staff.settings.templates.view import templates_page
    from .staff.settings.webhooks.state import WebhooksState
    from .staff.settings.webhooks.view import webhooks_page
    from .staff.sign_in.view import sign_in as staff_sign_in
    from .staff.team.state import TeamState
    from .staff.team.view import team
    from .ui.bell import BellState

    found = [
        Page("home", home, t("Your project"), HomeState.load),
        Page("drawing", drawing, t("Draw your roof"), [DrawingState.load, StepState.load]),
        Page("documentation", documentation, t("What we need from you"), StepState.load),
        Page("staff", staff_home, t("Home"), StaffHomeState.load),
        Page("staff/inbox", inbox, t("Inbox"), InboxState.load),
        Page("staff/inbox/choices", notice_choices, t("What I am told"), NoticeChoicesState.load),
        Page("staff/projects", projects, t("Projects"), ProjectsState.load),
        Page("staff/project", project, t("Project"), [ProjectState.load, AttachmentsState.load]),
        Page("staff/customers", customers, t("Customers"), CustomersState.load),
        Page("staff/customer", customer, t("Customer"), CustomerState.load),
        Page("staff/customers/import", customer_import, t("Import customers"), ImportState.load),
        Page("staff/customers/new", new_customer, t("New customer"), NewCustomerState.load),
        Page("staff/cases", queue, t("Cases"), QueueState.load),
        Page("staff/case", case, t("Case"), StaffCaseState.load),
        Page("staff/settings", settings_page, t("Settings"), SettingsState.load),
        Page("staff/settings/actions", actions_page, t("External source actions"), ActionsState.load),
        Page("staff/settings/cases", case_types, t("Types of cases"), CaseTypesState.load),
        Page("staff/settings/folders", folders_page, t("Folders of attachments"), FoldersState.load),
        Page("staff/settings/portal", company_page, t("Customer portal"), CompanyState.load),
        Page("staff/settings/webhooks", webhooks_page, t("Webhooks"), WebhooksState.load),
        Page("staff/settings/keys", keys_page, t("API keys"), ApiKeysState.load),
        Page("staff/settings/templates", templates_page, t("E-mail templates"), TemplatesState.load),
        Page("staff/settings/flows", flows_page, t("Opportunity types and processes"), LOAD_FLOWS),
        Page("staff/settings/fields", fields_page, t("Dynamic fields"), FieldsState.load),
        Page("staff/settings/conditions", conditions_page, t("Conditions management"), ConditionsState.load),
        Page("staff/offers", offer_editor, t("Offers"), OfferEditorState.load),
        Page("documents", documents, t("Your documents"), DocumentsState.load),
        Page("offers", offers, t("Your offers"), [OffersState.load, StepState.load]),
        Page("cases", cases, t("Help"), CasesState.load),
        Page("sign-in", sign_in, t("Sign in")),
        Page("sign-up", sign_up, t("Sign up")),
        Page("account", account, t("Account"), AccountState.load),
        Page("staff/sign-in", staff_sign_in, t("Sign in for staff")),
        Page("staff/password", password, t("Choose a password")),
        Page("staff/settings/team", team, t("Team"), TeamState.load),
        Page("mailbox", mailbox, t("Mailbox of the demonstration"), MailboxState.load),
        Page("404", missing, t("This page does not exist")),
    ]
    return [_with_bell(page, BellState.load) if page.route.partition("/")[0] == "staff" else page for page in found]


def _with_bell(page: Page, ring: Any) -> Page:
    """The frame of staff pages has a bell; pages before signing in load nothing and have none."""
    if page.on_load is None:
        return page
    first = page.on_load if isinstance(page.on_load, list) else [page.on_load]
    return replace(page, on_load=[*first, ring])
