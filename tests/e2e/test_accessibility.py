"""axe finds nothing on any page: light and dark, on a desk and on a phone; and nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.documents import corpus

from .entering import enter_as_staff
from .outside import customer_cookie
from .pages import AccessPage, CustomerImport, Drawing, FlowEditor, Mailbox, Profile, Screen, SignIn, StaffOffer, StepForm
from .pages.staff_conditions import StaffConditions
from .pages.staff_fields import StaffFields
from .pages.staff_keys import StaffKeys
from .pages.staff_webhooks import StaffWebhooks
from .real_roofs import real_planes
from .support import Portal

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async ([part, rules]) => {
  const only = rules.length ? {runOnly: {type: "rule", values: rules}} : {};
  const dialog = document.querySelector("dialog[open]");  // the page behind it has been looked at
  const found = await axe.run(dialog ?? (part || document), {resultTypes: ["violations"], ...only});
  const at = dialog?.querySelector("h2")?.textContent ?? "the page";
  return found.violations.map((each) => `${at}: ${each.id}: ${each.help}\\n` + each.nodes.slice(0, 4).map((node) =>
    `    ${node.target.join(" ")}  ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""}`).join("\\n"));
}"""
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # for what else there is, it is no matter whether it is dark
# As the button of the frame does; the pages before signing in follow the device alone.
WEAR = "scheme => { const shown = document.documentElement.classList; shown.remove('light', 'dark'); shown.add(scheme); }"
MORE_OF_OFFER = ".title-row details summary"
WITH_A_FILE = " with a file"  # a scenario in which the customer has given one
SIZES: dict[str, ViewportSize] = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}


class People:
    """A customer and an administrator who look at every page, in contexts that last for this file."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self.portal = portal
        self.contexts = {who: browser.new_context(base_url=portal.url, locale="en-GB", reduced_motion="reduce")
                         for who in ("customer", "staff", "nobody")}
        self.scenario, self.made = "", {}

    def stand_at(self, scenario: str) -> dict:
        if scenario != self.scenario:
            self.scenario, self.made = scenario, self.portal.reset(scenario.removesuffix(WITH_A_FILE))
            for context in self.contexts.values():
                context.clear_cookies()
            if "email" in self.made:
                name, _, value = customer_cookie(self.portal, self.made["email"]).partition("=")
                self.contexts["customer"].add_cookies([{"name": name, "value": value, "url": self.portal.url}])
            page = self.contexts["staff"].new_page()
            enter_as_staff(page, self.made)
            page.close()
            if scenario.endswith(WITH_A_FILE):
                self._give_a_file()
        return self.made

    def _give_a_file(self) -> None:
        page = self.contexts["customer"].new_page()
        page.goto("/documents")
        _reviewing(page, "file")
        page.close()


@pytest.fixture(scope="module")
def lookers(browser: Browser, portal: Portal) -> Iterator[People]:
    people = People(browser, portal)
    yield people
    for context in people.contexts.values():
        context.close()


def _settled(page: Page) -> None:
    Screen(page).ready()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def _drawing(page: Page) -> Iterator[str]:
    """With the guide, then without, and the help."""
    drawing = Drawing(page).ready()
    yield ""
    drawing.start()
    yield ""
    yield from _dialogs(page, ("[data-testid=open-help]",))


def _sign_in(page: Page) -> Iterator[str]:
    sign_in = SignIn(page).ready()
    yield ""
    sign_in.ask_for_code("somebody@example.com")
    yield ""


def _step(page: Page) -> Iterator[str]:
    """As it comes, with its terms unfolded, and sent too early."""
    _settled(page)
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
    yield from _dialogs(page, ("[data-testid=remove-bank]",))
    for tab in ("security", "privacy"):
        profile.tab(tab)
        expect(page.locator(f"#account-{tab}")).to_have_attribute("aria-selected", "true")
        yield ""


def _customer(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("customer-row").first.locator("a").first.click()
    expect(page.get_by_test_id("customer-data")).to_be_visible()


def _import(page: Page) -> None:
    importing = CustomerImport(page).ready()
    importing.choose(b"name;email;shoe size\nA;a@example.com;1\n;wrong;2\n")
    expect(importing.errors).to_have_count(2)


def _flow(page: Page) -> None:
    _settled(page)
    page.locator("[data-sort-kind=flow] a").first.click()
    expect(page.get_by_test_id("substage").first).to_be_visible()


def _flow_editor(page: Page) -> Iterator[str]:
    """Its texts, the view, and what the checker says."""
    _flow(page)
    yield ""
    page.locator("#part-view").click()
    expect(page.locator("input[name=view]").first).to_be_attached()
    yield ".panel"
    page.get_by_test_id("check-flow").click()
    expect(page.get_by_test_id("check-panel")).to_be_visible()
    yield "[data-testid=check-panel]"


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


def _field(page: Page) -> Iterator[str]:
    """One that is known, and a new one."""
    _settled(page)
    page.locator("[data-testid=field-group] li a").first.click()
    expect(page.get_by_test_id("places")).to_be_visible()
    yield ""
    StaffFields(page).begin("One choice")
    expect(page.get_by_test_id("options")).to_be_visible()
    yield ""


def _actions(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("edit-actions").last.click()
    expect(page.get_by_test_id("action-editor")).to_be_visible()


def _step_actions(page: Page) -> Iterator[str]:
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
    yield ".panel"


def _webhook(page: Page) -> Iterator[str]:
    """Made, with its secret; what is asked before it is changed; and what was sent to it."""
    webhooks = StaffWebhooks(page).ready()
    webhooks.act(webhooks.id("new-webhook"))
    yield ""
    webhooks.fill("CRM", "https://hooks.portal.invalid/in")
    expect(webhooks.id("secret")).to_be_visible()
    yield ""
    webhooks.take_secret()
    card = "[data-testid=webhook][data-name=CRM] "
    yield from _dialogs(page, (f"{card}summary", "details[open] button:has-text('New secret')"),
                        (f"{card}summary", "details[open] button:has-text('Delete')"))
    webhooks.act(webhooks.card("CRM").get_by_test_id("send-test"))
    webhooks.deliveries.locator("summary").click()
    expect(webhooks.deliveries.locator("pre")).to_be_visible()
    yield ""


def _keys(page: Page) -> Iterator[str]:
    """A new one is asked for, shown once, listed, and about to go."""
    keys = StaffKeys(page).ready()
    keys.act(keys.id("new-key"))
    expect(keys.id("key-form")).to_be_visible()
    yield ""
    keys.make("Website")
    yield ""
    page.get_by_role("button", name="I have copied it").click()
    expect(keys.id("key-once")).to_have_count(0)
    yield ""
    yield from _dialogs(page, ("[aria-label^='Delete Website']",))


def _template(page: Page) -> Iterator[str]:
    """With its mail in the light and in the dark."""
    _settled(page)
    page.locator("tbody a").first.click()
    frame = page.locator("iframe.mail-frame")
    expect(frame).to_be_visible()
    yield ""
    light = frame.get_attribute("srcdoc")
    page.get_by_text("Dark", exact=True).click()
    expect(frame).not_to_have_attribute("srcdoc", light or "")
    yield ""


def _offer_editor(page: Page) -> None:
    _settled(page)
    page.get_by_test_id("offer-row").first.locator("a").click()
    expect(page.locator("#title")).to_be_visible()


def _reviewing(page: Page, given: str = "attachment") -> None:
    _settled(page)
    page.get_by_test_id("choose-files").set_input_files(
        [{"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": corpus.jpeg()}])
    expect(page.get_by_test_id(given)).to_have_count(1)


def _documents(page: Page) -> Iterator[str]:
    """A picture and a PDF that arrived, one file that was refused, and the PDF open."""
    _settled(page)
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


def _troubles(page: Page) -> None:
    _settled(page)
    expect(page.get_by_test_id("trouble")).to_be_visible()
    expect(page.get_by_test_id("planned")).to_be_visible()


def _dialogs(page: Page, *ways: tuple[str, ...]) -> Iterator[str]:
    """Dialogs, each by what is pressed one after the other on the way to it."""
    for way in ways:
        for place in way:
            page.locator(place).first.click()
        expect(page.locator("dialog[open]")).to_be_visible()
        yield ""
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)


def _with_dialogs(*ways: tuple[str, ...], of: Callable[[Page], None] = _settled,
                  part: str = "") -> Callable[[Page], Iterator[str]]:
    """The page, or a part of it, and then its dialogs."""

    def get_there(page: Page) -> Iterator[str]:
        of(page)
        yield part
        yield from _dialogs(page, *ways)

    return get_there


def _more(item: str, of: str = "[aria-label^='More about']") -> tuple[str, str]:
    return of, f"details[open] button:has-text('{item}')"


def _offer_of_staff(page: Page) -> Iterator[str]:
    """One that is shared, and a draft."""
    _offer_editor(page)
    yield ""
    yield from _dialogs(page, _more("Withdraw", MORE_OF_OFFER))
    StaffOffer(page).duplicate()
    yield from _dialogs(page, ("[data-testid=share]",), _more("Delete the draft", MORE_OF_OFFER))


def _written_twice(entry: str, save: str, of: Callable[[Page], None] = _settled) -> Callable[[Page], None]:
    """Another tab has saved the same entry meanwhile: the question which text stays."""
    def get_there(page: Page) -> None:
        other = page.context.new_page()
        other.goto(page.url)
        for tab, text in ((other, "+34 911 222 333"), (page, "+34 911 444 555")):
            of(tab)
            Screen(tab).put(tab.locator(entry), text)
        for tab in (other, page):
            tab.get_by_test_id(save).click()
            expect(tab.get_by_test_id(save)).to_have_count(int(tab is page))
        other.close()
        expect(page.get_by_test_id("meanwhile")).to_be_visible()

    return get_there


def _unused_flow(page: Page) -> Iterator[str]:
    """The list with one, and what is asked before it goes."""
    FlowEditor(page).open_list().create("Home solar").open_list()
    yield ""
    yield from _dialogs(page, _more("Delete"))


def _unused_field(page: Page) -> Iterator[str]:
    fields = StaffFields(page)
    fields.define("Date", "Moved in")
    fields.open()
    yield from _dialogs(page, _more("Delete", "[aria-label='More about Moved in']"))


def _conditions(page: Page) -> Iterator[str]:
    """All, and one of two versions: one in effect, one planned."""
    _settled(page)
    yield ""
    terms = StaffConditions(page)
    terms.create("Roof", "Work on the roof", "We bring a scaffold.")
    terms.begin_version()
    yield ""
    terms.text.fill("We bring two.")
    terms.plan((date.today() + timedelta(days=30)).isoformat())
    terms.save()
    yield from _dialogs(page, _more("Rename"), _more("Archive"), _more("Delete"),
                        _more("Delete", "[aria-label^='More about version']"))


def _flow_dialogs(page: Page) -> Iterator[str]:
    """Preview where it has no room beside, a part that goes, and a draft that is left."""
    _flow(page)
    page.set_viewport_size(SIZES["phone"])
    yield from _dialogs(page, (".preview-open",))
    page.set_viewport_size(SIZES["desk"])
    yield from _dialogs(page, _more("Delete", ".tree-subs [aria-label^='More about']"))
    page.locator("#name-en").fill("Another name")
    expect(page.locator(".unsaved")).to_be_visible()
    yield from _dialogs(page, ("[data-testid=substage]:not([aria-current])",))


# name: scenario, who, address ({…} from the scenario), and how one gets there; at each `yield` it, or a part, is looked at
PAGES: dict[str, tuple[str, str, str, Callable[[Page], Iterator[str] | None]]] = {
    "sign-in": ("offers", "nobody", "/sign-in", _sign_in),
    "sign-in after a link": ("offers", "nobody", "/sign-in?why=link", _settled),
    "link": ("offers", "nobody", "/access/any", _plain),
    "unknown page": ("offers", "nobody", "/nothing", _settled),
    "mailbox": ("offers", "nobody", "/mailbox", _mail),
    "staff sign-in": ("offers", "nobody", "/staff/sign-in", _settled),
    "staff password": ("offers", "nobody", "/staff/password", _settled),
    "home with a turn": ("offers", "customer", "/home", _settled),
    "account": ("offers", "customer", "/account", _account),
    "sign-up": ("offers", "nobody", "/sign-up", _settled),
    "link that confirms": ("offers", "nobody", "/confirm/email/any", _plain),
    "offers": ("offers", "customer", "/offers", _with_dialogs(("[data-testid=continue]",), ("[data-testid=decline]",))),
    "foreign project": ("offers", "customer", "/home?project=x", _settled),
    "staff offers": ("offers", "staff", "/staff/offers?project={opportunity}", _settled),
    "staff offer editor": ("offers", "staff", "/staff/offers?project={opportunity}", _offer_of_staff),
    "staff project": ("offers", "staff", "/staff/project?id={opportunity}",
                      _with_dialogs((".move-menu summary", "[data-testid=move-to]"))),
    "drawing": ("drawing", "customer", "/drawing", _drawing),
    "drawing in two tabs": ("drawing", "customer", "/drawing", _two_drawings),
    "drawing with a step": ("drawing-asks", "customer", "/drawing", _drawing_more),
    "documents": ("request", "customer", "/documents", _documents),
    "staff attachments": ("request with a file", "staff", "/staff/project?id={opportunity}&tab=attachments",
                          _with_dialogs(("[data-testid=send-back]",))),
    "staff attachments of staff": ("offers", "staff", "/staff/project?id={opportunity}&tab=attachments", _reviewing),
    "cases": ("cases", "customer", "/cases", _settled),
    "case": ("cases", "customer", "/cases?case={case}", _with_dialogs(("[data-testid=close-case]",))),
    "new case": ("cases", "customer", "/cases?new=1", _settled),
    "foreign case": ("cases", "customer", "/cases?case=x", _settled),
    "no cases": ("request", "customer", "/cases", _settled),
    "staff cases": ("cases", "staff", "/staff/cases", _settled),
    "staff case": ("cases", "staff", "/staff/case?id={case}", _settled),
    "staff case types": ("cases", "staff", "/staff/settings/cases", _with_dialogs(("[data-testid=new-type]",))),
    "staff folders": ("full", "staff", "/staff/settings/folders", _with_dialogs(("[data-testid=new-folder]",))),
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
    "staff flows": ("full", "staff", "/staff/settings/flows",
                    _with_dialogs(("button:has-text('New type')",), _more("Rename"), _more("Delete"))),
    "staff flow editor": ("full", "staff", "/staff/settings/flows", _flow_editor),
    "step": ("ten-steps", "customer", "/documentation", _step),
    "offers with a step": ("ten-steps-offer", "customer", "/offers", _settled),
    "staff project with answers": ("ten-steps", "staff", "/staff/project?id={opportunity}", _settled),
    "staff flow fields": ("ten-steps", "staff", "/staff/settings/flows",
                          _with_dialogs(("[data-testid=add-fields]",), of=_fields_tab, part=".panel")),
    "staff flow conditions": ("ten-steps", "staff", "/staff/settings/flows",
                              _with_dialogs(("[data-testid=add-conditions]",), of=_conditions_tab, part=".panel")),
    "staff flow dialogs": ("ten-steps", "staff", "/staff/settings/flows", _flow_dialogs),
    "staff fields": ("ten-steps", "staff", "/staff/settings/fields",
                     _with_dialogs(_more("Archive"), ("[aria-label^='Rename the group']",))),
    "staff field that nobody uses": ("ten-steps", "staff", "/staff/settings/fields", _unused_field),
    "staff field": ("ten-steps", "staff", "/staff/settings/fields", _field),
    "staff conditions": ("ten-steps", "staff", "/staff/settings/conditions", _conditions),
    "staff actions": ("full", "staff", "/staff/settings/actions", _actions),
    "staff step actions": ("full", "staff", "/staff/settings/flows", _step_actions),
    "staff keys": ("full", "staff", "/staff/settings/keys", _keys),
    "staff webhooks": ("full", "staff", "/staff/settings/webhooks", _webhook),
    "staff company": ("full", "staff", "/staff/settings/portal", _settled),
    "staff company, written twice": ("full", "staff", "/staff/settings/portal", _written_twice("#phone", "save-company")),
    "staff templates": ("full", "staff", "/staff/settings/templates", _settled),
    "staff template": ("full", "staff", "/staff/settings/templates", _template),
    "staff team": ("full", "staff", "/staff/settings/team",
                   _with_dialogs(("[data-testid=invite]",), ("[data-testid=close-access]",))),
    "staff project with troubles": ("by-itself", "staff", "/staff/project?id={opportunity}", _troubles),
    "staff home of an empty company": ("empty", "staff", "/staff", _settled),
    "empty inbox": ("empty", "staff", "/staff/inbox", _settled),
    "staff flow without projects": ("empty", "staff", "/staff/settings/flows", _unused_flow),
}


BY_SCENARIO = [name for name, _ in sorted(PAGES.items(), key=lambda page: page[1][0])]  # each is built once


@pytest.mark.parametrize("name", BY_SCENARIO)
def test_axe_finds_nothing(lookers, name):
    scenario, who, address, get_there = PAGES[name]
    made = lookers.stand_at(scenario)
    page = lookers.contexts[who].new_page()
    try:
        page.set_viewport_size(SIZES["desk"])
        page.goto(address.format(**made))
        problems = [problem for part in get_there(page) or [""] for problem in _problems_of(page, part)]
        assert problems == []
    finally:
        page.close()


def _problems_of(page: Page, part: str) -> list[str]:
    """Of a part of it or the whole, as it stands; afterwards it is light and on a desk again."""
    problems, backgrounds = [], set()
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(WEAR, scheme)
            page.evaluate("() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => 0)))")
            backgrounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            rules = OF_COLOURS if scheme == "dark" else []
            problems += [f"{size} {scheme}: {problem}" for problem in page.evaluate(RUN, [part, rules])]
        sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        problems += [f"{size}: the page scrolls sideways by {sideways} px"] if sideways > 0 else []
    assert len(backgrounds) == 2, "light and dark look the same: only one of them was tried"
    page.set_viewport_size(SIZES["desk"])
    page.emulate_media(color_scheme="light")
    page.evaluate(WEAR, "light")
    return problems
