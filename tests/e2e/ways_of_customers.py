"""The pages of customers, and how one gets to what is to be seen there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playwright.sync_api import Page, expect

from tests.documents import corpus

from .looking import dialogs, settled, with_dialogs
from .pages import AccessPage, Drawing, Mailbox, Profile, SignIn, StepForm
from .real_roofs import real_planes


def _drawing(page: Page) -> Iterator[str]:
    """With the guide, then without, and the help."""
    drawing = Drawing(page).ready()
    yield ""
    drawing.start()
    yield ""
    yield from dialogs(page, ("[data-testid=open-help]",))


def _sign_in(page: Page) -> Iterator[str]:
    sign_in = SignIn(page).ready()
    yield ""
    sign_in.ask_for_code("somebody@example.com")
    yield ""


def _step(page: Page) -> Iterator[str]:
    """As it comes, with its terms unfolded, and sent too early."""
    settled(page)
    yield ""
    page.get_by_test_id("condition").locator("summary").first.click()
    yield ""
    step = StepForm(page)
    step.send()
    expect(step.summary).to_be_focused()
    yield ""


def _mail(page: Page) -> None:
    expect(Mailbox(page).ready().mails.first).to_be_visible()


def _plain(page: Page) -> None:
    expect(AccessPage(page).button).to_be_visible()


def _account(page: Page) -> Iterator[str]:
    """Another address and a bank account that are wrong, one that is right and about to go; the other tabs."""
    profile = Profile(page).ready()
    yield ""
    profile.ask_for_address("")
    expect(profile.error("email")).to_be_visible()
    profile.name_bank_account("ES91")
    expect(profile.error("iban")).to_be_visible()
    yield ""
    profile.name_bank_account("ES91 2100 0418 4502 0005 1332")
    yield from dialogs(page, ("[data-testid=remove-bank]",))
    for tab in ("security", "privacy"):
        profile.tab(tab)
        expect(page.locator(f"#account-{tab}")).to_have_attribute("aria-selected", "true")
        yield ""


def _documents(page: Page) -> Iterator[str]:
    """A picture and a PDF that arrived, one file that was refused, and the PDF open."""
    settled(page)
    page.get_by_test_id("choose-files").set_input_files([
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": corpus.jpeg()},
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": corpus.pdf()},
        {"name": "page.html", "mimeType": "text/html", "buffer": b"<html>"}])
    expect(page.get_by_test_id("file").filter(has_text="plan.pdf")).to_have_count(1)
    expect(page.locator("[data-testid=arriving][data-step=failed]")).to_have_count(1)
    yield ""
    page.get_by_role("button", name="Look at plan.pdf").click()
    expect(page.locator("dialog.viewer[open]")).to_be_visible()
    yield ""


def _drawing_more(page: Page) -> None:
    """What the step asks for besides, with what is missing."""
    drawing = Drawing(page).ready().start()
    drawing.zoom_to(21)
    drawing.draw_plane(real_planes()[0].corners)
    expect(drawing.saved).to_be_visible()
    drawing.id("send-roof").click()
    drawing.id("send-roof-now").click()
    expect(StepForm(page).summary).to_be_focused()


def _two_drawings(page: Page) -> None:
    """Another tab has drawn meanwhile: the question which one counts."""
    drawing = Drawing(page).ready().start()
    drawing.zoom_to(21)
    drawing.draw_plane(real_planes()[0].corners)
    expect(drawing.saved).to_be_visible()
    other = Drawing(page.context.new_page()).open()
    other.act(other.planes.locator("button"))
    other.set_steepness("steep")
    other.page.close()
    drawing.act(page.locator("label", has=drawing.id("steepness-flat")))
    expect(drawing.id("conflict")).to_be_visible()


# name: scenario, who, address ({…} from the scenario), and how one gets there; at each `yield` it, or a part, is looked at
PAGES: dict[str, tuple[str, str, str, Callable[[Page], Iterator[str] | None]]] = {
    "sign-in": ("offers", "nobody", "/sign-in", _sign_in),
    "sign-in after a link": ("offers", "nobody", "/sign-in?why=link", settled),
    "link": ("offers", "nobody", "/access/any", _plain),
    "unknown page": ("offers", "nobody", "/nothing", settled),
    "mailbox": ("offers", "nobody", "/mailbox", _mail),
    "home with a turn": ("offers", "customer", "/home", settled),
    "account": ("offers", "customer", "/account", _account),
    "sign-up": ("offers", "nobody", "/sign-up", settled),
    "link that confirms": ("offers", "nobody", "/confirm/email/any", _plain),
    "offers": ("offers", "customer", "/offers", with_dialogs(("[data-testid=continue]",), ("[data-testid=decline]",))),
    "foreign project": ("offers", "customer", "/home?project=x", settled),
    "drawing": ("drawing", "customer", "/drawing", _drawing),
    "drawing in two tabs": ("drawing", "customer", "/drawing", _two_drawings),
    "drawing with a step": ("drawing-asks", "customer", "/drawing", _drawing_more),
    "documents": ("request", "customer", "/documents", _documents),
    "cases": ("cases", "customer", "/cases", settled),
    "case": ("cases", "customer", "/cases?case={case}", with_dialogs(("[data-testid=close-case]",))),
    "new case": ("cases", "customer", "/cases?new=1", settled),
    "foreign case": ("cases", "customer", "/cases?case=x", settled),
    "no cases": ("request", "customer", "/cases", settled),
    "home without a turn": ("request", "customer", "/home", settled),
    "no drawing": ("request", "customer", "/drawing", settled),
    "no offers": ("request", "customer", "/offers", settled),
    "step": ("ten-steps", "customer", "/documentation", _step),
    "offers with a step": ("ten-steps-offer", "customer", "/offers", settled),
}
