"""What a substage can show to the customer: an enum and a registry line each.

A line names the page that shows the view, the acts that the customer can cause there, and who has the ball. To add a
kind: a line here, a folder under `portal/views/`, the texts in the catalogues (README, "How to add a view kind").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..core.texts import msg


class ViewKind(StrEnum):
    DRAWING = "drawing"
    OFFER = "offer"
    INITIAL_DOCUMENTATION = "initial-documentation"
    OFFER_DOCUMENTATION = "offer-documentation"
    FINANCING_DOCUMENTATION = "financing-documentation"
    CONTRACTS_DOCUMENTATION = "contracts-documentation"
    INSTALLATION_DOCUMENTATION = "installation-documentation"
    FINALIZATION_SUCCESS = "finalization-success"
    FINALIZATION_FAILED = "finalization-failed"


class Act(StrEnum):
    """What a customer can do that staff may attach actions to (External source actions)."""

    LOGIN_CODE = "login-code"
    DRAWING_SUBMITTED = "drawing-submitted"
    ACCEPT_BUDGET = "accept-budget"
    DECLINE_BUDGET = "decline-budget"
    INITIAL_DOCUMENTATION = "initial-documentation-submitted"
    OFFER_DOCUMENTATION = "offer-documentation-submitted"
    FINANCING_DOCUMENTATION = "financing-documentation-submitted"
    CONTRACTS_DOCUMENTATION = "contracts-documentation-submitted"
    INSTALLATION_DOCUMENTATION = "installation-documentation-submitted"
    CONTRACT_SIGNED = "contract-signed"
    VISIT_CONFIRMED = "visit-confirmed"
    FLOW_REACTIVATION = "flow-reactivation"
    INCIDENT_CREATED = "incident-created"
    PROFILE_UPDATED = "profile-updated"
    WITHDRAWAL = "withdrawal"


DOCUMENTATION_ACTS = (Act.INITIAL_DOCUMENTATION, Act.OFFER_DOCUMENTATION, Act.FINANCING_DOCUMENTATION,
                      Act.CONTRACTS_DOCUMENTATION, Act.INSTALLATION_DOCUMENTATION)


@dataclass(frozen=True, slots=True)
class View:
    kind: ViewKind
    title: str
    summary: str
    page: str
    call: str
    icon: str
    acts: tuple[Act, ...] = ()
    ends_the_flow: bool = False

    @property
    def needs_the_customer(self) -> bool:
        """Whether the customer has to do something here; without acts there is nothing to do."""
        return bool(self.acts)


VIEWS: dict[ViewKind, View] = {
    view.kind: view
    for view in (
        View(ViewKind.DRAWING, msg("Drawing"), msg("Customers draw their roof on a map and send it."), "/drawing",
             msg("Draw my roof"), "pencil-ruler", (Act.DRAWING_SUBMITTED,)),
        View(ViewKind.OFFER, msg("Offer"), msg("Customers compare their offers and accept one."), "/offers",
             msg("See my offers"), "sun", (Act.ACCEPT_BUDGET, Act.DECLINE_BUDGET)),
        View(ViewKind.INITIAL_DOCUMENTATION, msg("First documents"),
             msg("Customers tell what you need to begin: about the house, the use, the last bill."), "/documentation",
             msg("Give what is needed"), "list-checks", (Act.INITIAL_DOCUMENTATION,)),
        View(ViewKind.OFFER_DOCUMENTATION, msg("Documents for the offer"),
             msg("Customers give what the order needs once an offer is chosen."), "/documentation",
             msg("Complete my order"), "file-check", (Act.OFFER_DOCUMENTATION,)),
        View(ViewKind.FINANCING_DOCUMENTATION, msg("Documents for financing"),
             msg("Customers give what the bank asks for."), "/documentation",
             msg("Send the papers for the bank"), "landmark", (Act.FINANCING_DOCUMENTATION,)),
        View(ViewKind.CONTRACTS_DOCUMENTATION, msg("Documents for the contract"),
             msg("Customers give what stands in the contract and accept its conditions."), "/documentation",
             msg("Complete my contract"), "signature", (Act.CONTRACTS_DOCUMENTATION,)),
        View(ViewKind.INSTALLATION_DOCUMENTATION, msg("Documents for the installation"),
             msg("Customers give what the installers and the grid operator need."), "/documentation",
             msg("Send the papers for the installation"), "wrench", (Act.INSTALLATION_DOCUMENTATION,)),
        View(ViewKind.FINALIZATION_SUCCESS, msg("End of the process, success"),
             msg("Customers read your words for a good end."), "/home", "", "circle-check", ends_the_flow=True),
        View(ViewKind.FINALIZATION_FAILED, msg("End of the process, failed"),
             msg("Customers read why it ends here. Nobody sees this step beforehand."), "/home", "", "circle-x",
             ends_the_flow=True),
    )
}


DOCUMENTATION = tuple(kind for kind, view in VIEWS.items() if view.page == "/documentation")


def view_of(kind: str | None) -> View | None:
    """The view of a substage, or None when it is information only."""
    return VIEWS.get(kind)  # pyright: ignore[reportArgumentType, reportCallIssue]  # equal to its text, and found by it
