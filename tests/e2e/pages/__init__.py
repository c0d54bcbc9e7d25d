"""Page objects: what a person can do on each page, found by role, label or test id. A journey reads as what people do."""

from .account import Account
from .cases import Cases
from .documents import Attachments, Documents
from .drawing import Drawing
from .flow_editor import FlowEditor
from .home import Home
from .mailbox import Mailbox
from .offers import Offers
from .people import ConfirmPage, CustomerImport, Profile, SignUp, StaffCustomer, StaffPortalSettings, confirm_link
from .rehearsal import Rehearsal
from .screen import Screen
from .sign_in import AccessPage, SignIn
from .staff_actions import StaffActions
from .staff_cases import StaffCase, StaffCases, StaffCaseTypes
from .staff_conditions import StaffConditions
from .staff_customers import NewCustomer
from .staff_fields import StaffFields
from .staff_folders import StaffFolders
from .staff_inbox import StaffInbox
from .staff_keys import StaffKeys
from .staff_offer import StaffOffer
from .staff_project import StaffProject
from .staff_sign_in import StaffSignIn
from .staff_templates import StaffTemplates
from .staff_webhooks import StaffWebhooks
from .step import StepForm
from .step_actions import StepActions

__all__ = [
    "AccessPage", "Account", "Attachments", "Cases", "ConfirmPage", "CustomerImport", "Documents", "Drawing",
    "FlowEditor", "Home", "Mailbox", "NewCustomer", "Offers", "Profile", "Rehearsal", "Screen", "SignIn", "SignUp",
    "StaffActions", "StaffCase", "StaffCaseTypes", "StaffCases", "StaffConditions", "StaffCustomer", "StaffFields",
    "StaffFolders", "StaffInbox", "StaffKeys", "StaffOffer", "StaffPortalSettings", "StaffProject", "StaffSignIn",
    "StaffTemplates", "StaffWebhooks", "StepActions", "StepForm", "confirm_link",
]
