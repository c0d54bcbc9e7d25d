"""axe finds nothing on any page: light and dark, on a desk and on a phone; and nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.documents import corpus

from .entering import enter_as_staff
from .outside import customer_cookie
from .pages import AccessPage, CustomerImport, Drawing, Mailbox, Offers, Profile, Screen, SignIn, StepForm
from .pages.screen import SLOW_MS
from .real_roofs import real_planes
from .support import Portal

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async rules => {
  const only = rules.length ? {runOnly: {type: "rule", values: rules}} : {};
  const found = await axe.run(document, {resultTypes: ["violations"], ...only});
  return found.violations.map((each) => `${each.id}: ${each.help}\\n` + each.nodes.slice(0, 4).map((node) =>
    `    ${node.target.join(" ")}  ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""}`).join("\\n"));
}"""
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # for what else there is, it is no matter whether it is dark
# As the button of the frame does; the pages before signing in follow the device alone.
WEAR = "scheme => { const shown = document.documentElement.classList; shown.remove('light', 'dark'); shown.add(scheme); }"
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}


class People:
    """A customer and an administrator who look at every page, in contexts that last for this file."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self.portal = portal
        self.contexts = {who: browser.new_context(base_url=portal.url, locale="en-GB", reduced_motion="reduce")
                         for who in ("customer", "staff", "nobody")}
        self.scenario, self.made = "", {}

    def stand_at(self, scenario: str) -> dict:
        if scenario != self.scenario:
            self.scenario, self.made = scenario, self.portal.reset(scenario)
            for context in self.contexts.values():
                context.clear_cookies()
            if "email" in self.made:
                name, _, value = customer_cookie(self.portal, self.made["email"]).partition("=")
                self.contexts["customer"].add_cookies([{"name": name, "value": value, "url": self.portal.url}])
            page = self.contexts["staff"].new_page()
            enter_as_staff(page, self.made)
            page.close()
        return self.made


@pytest.fixture(scope="module")
def lookers(browser: Browser, portal: Portal) -> Iterator[People]:
    people = People(browser, portal)
    yield people
    for context in people.contexts.values():
        context.close()


def _settled(page: Page) -> None:
    Screen(page).ready()
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=SLOW_MS)


def _drawn(page: Page) -> None:
    Drawing(page).ready()


def _drawing_list(page: Page) -> None:
    Drawing(page).ready().start()


def _code(page: Page) -> None:
    SignIn(page).ready().ask_for_code("somebody@example.com")


def _incomplete(page: Page) -> None:
    step = StepForm(page).ready()
    step.send()
    expect(step.summary).to_be_focused(timeout=SLOW_MS)


def _terms(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("condition").locator("summary").first.click()


def _order(page: Page) -> None:
    offers = Offers(page).ready()
    expect(offers.cards).to_have_count(3, timeout=SLOW_MS)
    offers.go_on()


def _decline(page: Page) -> None:
    offers = Offers(page).ready()
    offers.id("decline").click()
    expect(offers.dialog).to_be_visible()


def _mail(page: Page) -> None:
    expect(Mailbox(page).ready().mails.first).to_be_visible(timeout=SLOW_MS)


def _plain(page: Page) -> None:
    expect(AccessPage(page).button).to_be_visible()


def _another_address(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("change-email").click()
    page.get_by_test_id("send-email").click()
    expect(page.locator("#email-error")).to_be_visible()


def _customer(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("customer-row").first.locator("a").first.click()
    expect(page.get_by_test_id("customer-data")).to_be_visible(timeout=SLOW_MS)


def _import(page: Page) -> None:
    importing = CustomerImport(page).ready()
    importing.choose(b"name;email;shoe size\nA;a@example.com;1\n;wrong;2\n")
    expect(importing.errors).to_have_count(2)


def _flow(page: Page) -> None:
    _settled(page)
    page.locator("[data-sort-kind=flow] a").first.click()
    expect(page.get_by_test_id("substage").first).to_be_visible(timeout=SLOW_MS)


def _flow_check(page: Page) -> None:
    _flow(page)
    page.get_by_test_id("check-flow").click()
    expect(page.get_by_test_id("check-panel")).to_be_visible()


def _view_tab(page: Page) -> None:
    _flow(page)
    page.locator("#part-view").click()
    expect(page.locator("input[name=view]").first).to_be_attached()


def _fields_tab(page: Page) -> None:
    _flow(page)
    page.get_by_test_id("substage").filter(has_text="field").first.click()
    page.locator("#part-fields").click()
    expect(page.locator(".rows.asked li").first).to_be_visible()


def _conditions_tab(page: Page) -> None:
    _flow(page)
    page.get_by_test_id("substage").filter(has_text="condition").first.click()
    page.locator("#part-conditions").click()
    expect(page.locator(".rows.asked li").first).to_be_visible()


def _field(page: Page) -> None:
    _settled(page)
    page.locator("[data-testid=field-group] li a").first.click()
    expect(page.get_by_test_id("places")).to_be_visible(timeout=SLOW_MS)


def _new_field(page: Page) -> None:
    _settled(page)
    page.locator("label:has(input[value=single-choice])").click()
    expect(page.get_by_test_id("options")).to_be_visible()


def _version(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("condition-row").first.locator("a").click()
    page.get_by_test_id("new-version").click()
    expect(page.get_by_test_id("version-editor")).to_be_visible()


def _actions(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("edit-actions").last.click()
    expect(page.get_by_test_id("action-editor")).to_be_visible()


def _step_actions(page: Page) -> None:
    _flow(page)
    page.locator("#part-actions").click()
    page.get_by_test_id("edit-step-actions").click()
    for kind in ("send_template", "notify_staff", "call_webhook", "set_field", "move"):
        page.get_by_test_id(f"add-{kind}").click()
    expect(page.get_by_test_id("action-row")).to_have_count(5)
    page.locator("#action-0-moment").select_option("every")
    expect(page.locator("#action-0-times")).to_be_visible()
    page.get_by_test_id("save-step-actions").click()  # with what is wrong said at each
    expect(page.get_by_role("alert").first).to_be_visible()


def _webhook(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("new-webhook").click()
    page.get_by_test_id("webhook-form").locator("#name").fill("CRM")
    page.get_by_test_id("webhook-form").locator("#url").fill("https://hooks.portal.invalid/in")
    page.get_by_test_id("save-webhook").click()
    expect(page.get_by_test_id("secret")).to_be_visible()


def _key(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("new-key").click()
    page.get_by_test_id("key-form").locator("#name").fill("Website")
    page.get_by_test_id("make-key").click()
    expect(page.get_by_test_id("key-once")).to_be_visible()


def _keys(page: Page) -> None:
    _key(page)
    page.get_by_role("button", name="I have copied it").click()
    expect(page.get_by_test_id("key-once")).to_have_count(0)


def _deliveries(page: Page) -> None:
    _webhook(page)
    page.get_by_role("button", name="I have copied it").click()
    page.get_by_test_id("send-test").last.click()
    page.get_by_test_id("delivery").locator("summary").click()
    expect(page.get_by_test_id("delivery").locator("pre")).to_be_visible()


def _template(page: Page) -> None:
    _settled(page)
    page.locator("tbody a").first.click()
    expect(page.locator("iframe.mail-frame")).to_be_visible(timeout=SLOW_MS)


def _move(page: Page) -> None:
    _settled(page)
    page.locator(".move-menu summary").click()
    page.get_by_test_id("move-to").first.click()
    expect(page.get_by_test_id("confirm-move")).to_be_visible()


def _case_type(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("new-type").click()
    expect(page.locator("#due_hours")).to_be_visible()


def _offer_editor(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("offer-row").first.locator("a").click()
    expect(page.locator("#title")).to_be_visible(timeout=SLOW_MS)


def _reviewing(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("choose-files").set_input_files(
        [{"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": corpus.jpeg()}])
    expect(page.get_by_test_id("attachment")).to_have_count(1, timeout=SLOW_MS)


def _given(page: Page) -> None:
    """A picture and a PDF that arrived, one file that was refused, and the PDF open."""
    _settled(page)
    page.get_by_test_id("choose-files").set_input_files([
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": corpus.jpeg()},
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": corpus.pdf()},
        {"name": "page.html", "mimeType": "text/html", "buffer": b"<html>"}])
    expect(page.get_by_test_id("file").filter(has_text="plan.pdf")).not_to_have_count(0, timeout=SLOW_MS)
    expect(page.locator("[data-testid=arriving][data-step=failed]")).to_have_count(1, timeout=SLOW_MS)


def _viewer(page: Page) -> None:
    _given(page)
    page.get_by_role("button", name="Look at plan.pdf").first.click()
    expect(page.locator("dialog.viewer[open]")).to_be_visible()


def _drawing_more(page: Page) -> None:
    """What the step asks for besides, with what is missing."""
    drawing = Drawing(page).ready().start()
    drawing.zoom_to(21)
    drawing.draw_plane(real_planes()[0].corners)
    expect(drawing.saved).to_be_visible()
    drawing.id("send-roof").click()
    drawing.id("send-roof-now").click()
    expect(StepForm(page).summary).to_be_focused()


def _troubles(page: Page) -> None:
    _settled(page)
    expect(page.get_by_test_id("trouble")).to_be_visible()
    expect(page.get_by_test_id("planned")).to_be_visible()


def _pressing(*places: str, of: Callable[[Page], None] = _settled) -> Callable[[Page], None]:
    """Presses what leads to a dialog, one after the other."""

    def get_there(page: Page) -> None:
        of(page)
        for place in places:
            page.locator(place).first.click()
        expect(page.locator("dialog[open]")).to_be_visible()

    return get_there


# name: scenario, who, address ({…} from the scenario), what to wait for or do
def _bank_account(page: Page) -> None:
    """Named wrongly first, then rightly, and about to be removed."""
    _settled(page)
    profile = Profile(page)
    for iban in ("ES91", "ES91 2100 0418 4502 0005 1332"):
        profile.name_bank_account(iban)
    profile.act(profile.id("remove-bank"))
    expect(profile.id("confirm-removal")).to_be_visible()


PAGES: dict[str, tuple[str, str, str, Callable[[Page], None]]] = {
    "sign-in": ("offers", "nobody", "/sign-in", _settled),
    "sign-in after a link": ("offers", "nobody", "/sign-in?why=link", _settled),
    "code": ("offers", "nobody", "/sign-in", _code),
    "link": ("offers", "nobody", "/access/any", _plain),
    "unknown page": ("offers", "nobody", "/nothing", _settled),
    "mailbox": ("offers", "nobody", "/mailbox", _mail),
    "staff sign-in": ("offers", "nobody", "/staff/sign-in", _settled),
    "staff password": ("offers", "nobody", "/staff/password", _settled),
    "home with a turn": ("offers", "customer", "/home", _settled),
    "account": ("offers", "customer", "/account", _settled),
    "account, another address": ("offers", "customer", "/account", _another_address),
    "account, payment data": ("offers", "customer", "/account", _bank_account),
    "account, security": ("offers", "customer", "/account?tab=security", _settled),
    "account, privacy": ("offers", "customer", "/account?tab=privacy", _settled),
    "sign-up": ("offers", "nobody", "/sign-up", _settled),
    "link that confirms": ("offers", "nobody", "/confirm/email/any", _plain),
    "offers": ("offers", "customer", "/offers", _settled),
    "order": ("offers", "customer", "/offers", _order),
    "decline": ("offers", "customer", "/offers", _decline),
    "foreign project": ("offers", "customer", "/home?project=x", _settled),
    "staff offers": ("offers", "staff", "/staff/offers?project={opportunity}", _settled),
    "staff offer editor": ("offers", "staff", "/staff/offers?project={opportunity}", _offer_editor),
    "staff project": ("offers", "staff", "/staff/project?id={opportunity}", _settled),
    "staff move": ("offers", "staff", "/staff/project?id={opportunity}", _move),
    "drawing guide": ("drawing", "customer", "/drawing", _drawn),
    "drawing": ("drawing", "customer", "/drawing", _drawing_list),
    "drawing with a step": ("drawing-asks", "customer", "/drawing", _drawing_more),
    "documents": ("request", "customer", "/documents", _given),
    "a document": ("request", "customer", "/documents", _viewer),
    "staff attachments": ("request", "staff", "/staff/project?id={opportunity}&tab=attachments", _settled),
    "staff attachments of staff": ("offers", "staff", "/staff/project?id={opportunity}&tab=attachments", _reviewing),
    "cases": ("cases", "customer", "/cases", _settled),
    "case": ("cases", "customer", "/cases?case={case}", _settled),
    "new case": ("cases", "customer", "/cases?new=1", _settled),
    "foreign case": ("cases", "customer", "/cases?case=x", _settled),
    "no cases": ("request", "customer", "/cases", _settled),
    "staff cases": ("cases", "staff", "/staff/cases", _settled),
    "staff case": ("cases", "staff", "/staff/case?id={case}", _settled),
    "staff case types": ("cases", "staff", "/staff/settings/cases", _settled),
    "staff case type": ("cases", "staff", "/staff/settings/cases", _case_type),
    "staff folders": ("full", "staff", "/staff/settings/folders", _settled),
    "new folder": ("full", "staff", "/staff/settings/folders", _pressing("[data-testid=new-folder]")),
    "closing a case": ("cases", "customer", "/cases?case={case}", _pressing("[data-testid=close-case]")),
    "home without a turn": ("request", "customer", "/home", _settled),
    "no drawing": ("request", "customer", "/drawing", _settled),
    "no offers": ("request", "customer", "/offers", _settled),
    "staff home": ("full", "staff", "/staff", _settled),
    "staff inbox": ("full", "staff", "/staff/inbox", _settled),
    "what staff are told": ("full", "staff", "/staff/inbox/choices", _settled),
    "staff projects": ("full", "staff", "/staff/projects", _settled),
    "staff board": ("full", "staff", "/staff/projects?view=board", _settled),
    "staff customers": ("full", "staff", "/staff/customers", _settled),
    "staff customer": ("full", "staff", "/staff/customers", _customer),
    "staff import": ("full", "staff", "/staff/customers/import", _import),
    "staff new customer": ("full", "staff", "/staff/customers/new", _settled),
    "staff settings": ("full", "staff", "/staff/settings", _settled),
    "staff flows": ("full", "staff", "/staff/settings/flows", _settled),
    "staff flow editor": ("full", "staff", "/staff/settings/flows", _flow),
    "staff flow check": ("full", "staff", "/staff/settings/flows", _flow_check),
    "staff flow view": ("full", "staff", "/staff/settings/flows", _view_tab),
    "step": ("ten-steps", "customer", "/documentation", _settled),
    "step with errors": ("ten-steps", "customer", "/documentation", _incomplete),
    "terms of a step": ("ten-steps", "customer", "/documentation", _terms),
    "offers with a step": ("ten-steps-offer", "customer", "/offers", _settled),
    "staff project with answers": ("ten-steps", "staff", "/staff/project?id={opportunity}", _settled),
    "staff flow fields": ("ten-steps", "staff", "/staff/settings/flows", _fields_tab),
    "staff flow conditions": ("ten-steps", "staff", "/staff/settings/flows", _conditions_tab),
    "staff fields": ("ten-steps", "staff", "/staff/settings/fields", _settled),
    "staff field": ("ten-steps", "staff", "/staff/settings/fields", _field),
    "staff new field": ("ten-steps", "staff", "/staff/settings/fields?field=new", _new_field),
    "staff conditions": ("ten-steps", "staff", "/staff/settings/conditions", _settled),
    "staff condition": ("ten-steps", "staff", "/staff/settings/conditions", _version),
    "choosing fields": ("ten-steps", "staff", "/staff/settings/flows",
                        _pressing("[data-testid=add-fields]", of=_fields_tab)),
    "choosing conditions": ("ten-steps", "staff", "/staff/settings/flows",
                            _pressing("[data-testid=add-conditions]", of=_conditions_tab)),
    "deleting a substage": ("ten-steps", "staff", "/staff/settings/flows", _pressing(
        ".tree-subs [aria-label^='More about']", "details[open] button:has-text('Delete')", of=_flow)),
    "archiving a field": ("ten-steps", "staff", "/staff/settings/fields",
                          _pressing("li [aria-label^='More about']", "details[open] button:has-text('Archive')")),
    "renaming a group": ("ten-steps", "staff", "/staff/settings/fields", _pressing("[aria-label^='Rename the group']")),
    "archiving a condition": ("ten-steps", "staff", "/staff/settings/conditions", _pressing(
        "[data-testid=condition-row] a", "[aria-label^='More about']", "details[open] button:has-text('Archive')")),
    "staff actions": ("full", "staff", "/staff/settings/actions", _actions),
    "staff step actions": ("full", "staff", "/staff/settings/flows", _step_actions),
    "staff webhook secret": ("full", "staff", "/staff/settings/webhooks", _webhook),
    "staff webhook deliveries": ("full", "staff", "/staff/settings/webhooks", _deliveries),
    "staff key": ("full", "staff", "/staff/settings/keys", _key),
    "staff keys": ("full", "staff", "/staff/settings/keys", _keys),
    "staff company": ("full", "staff", "/staff/settings/portal", _settled),
    "staff templates": ("full", "staff", "/staff/settings/templates", _settled),
    "staff template": ("full", "staff", "/staff/settings/templates", _template),
    "staff team": ("full", "staff", "/staff/settings/team", _settled),
    "inviting to the team": ("full", "staff", "/staff/settings/team", _pressing("[data-testid=invite]")),
    "closing an access": ("full", "staff", "/staff/settings/team", _pressing("[data-testid=close-access]")),
    "new flow": ("full", "staff", "/staff/settings/flows", _pressing("button:has-text('New type')")),
    "staff project with troubles": ("by-itself", "staff", "/staff/project?id={opportunity}", _troubles),
    "staff home of an empty company": ("empty", "staff", "/staff", _settled),
    "empty inbox": ("empty", "staff", "/staff/inbox", _settled),
}


@pytest.mark.parametrize("name", sorted(PAGES, key=lambda name: PAGES[name][0]))  # each scenario is built once
def test_axe_finds_nothing(lookers, name):
    scenario, who, address, get_there = PAGES[name]
    made = lookers.stand_at(scenario)
    page = lookers.contexts[who].new_page()
    try:
        problems, backgrounds = [], set()
        page.set_viewport_size(SIZES["desk"])
        page.goto(address.format(**made))
        get_there(page)
        page.evaluate(AXE)
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.evaluate(WEAR, scheme)
                page.evaluate("() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => 0)))")
                backgrounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
                rules = OF_COLOURS if scheme == "dark" else []
                problems += [f"{size} {scheme}: {problem}" for problem in page.evaluate(RUN, rules)]
            sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            problems += [f"{size}: the page scrolls sideways by {sideways} px"] if sideways > 0 else []
        assert problems == []
        assert len(backgrounds) == 2, "light and dark look the same: only one of them was tried"
    finally:
        page.close()
