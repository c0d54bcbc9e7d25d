"""The pages of staff, and how one gets to what is to be seen there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from .looking import MORE_OF_OFFER, SIZES, dialogs, more, reviewing, settled, with_dialogs, written_twice
from .pages import CustomerImport, FlowEditor, StaffConditions, StaffFields, StaffKeys, StaffOffer, StaffWebhooks


def _customer(page: Page) -> None:
    settled(page)
    page.get_by_test_id("customer-row").first.locator("a").first.click()
    expect(page.get_by_test_id("customer-data")).to_be_visible()


def _import(page: Page) -> None:
    importing = CustomerImport(page).ready()
    importing.choose(b"name;email;shoe size\nA;a@example.com;1\n;wrong;2\n")
    expect(importing.errors).to_have_count(2)


def _flow(page: Page) -> None:
    settled(page)
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
    settled(page)
    page.locator("[data-testid=field-group] li a").first.click()
    expect(page.get_by_test_id("places")).to_be_visible()
    yield ""
    StaffFields(page).begin("One choice")
    expect(page.get_by_test_id("options")).to_be_visible()
    yield ""


def _actions(page: Page) -> None:
    settled(page)
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
    yield from dialogs(page, (f"{card}summary", "details[open] button:has-text('New secret')"),
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
    yield from dialogs(page, ("[aria-label^='Delete Website']",))


def _template(page: Page) -> Iterator[str]:
    """With its mail in the light and in the dark."""
    settled(page)
    page.locator("tbody a").first.click()
    frame = page.locator("iframe.mail-frame")
    expect(frame).to_be_visible()
    yield ""
    light = frame.get_attribute("srcdoc")
    page.get_by_text("Dark", exact=True).click()
    expect(frame).not_to_have_attribute("srcdoc", light or "")
    yield ""


def _offer_editor(page: Page) -> None:
    settled(page)
    page.get_by_test_id("offer-row").first.locator("a").click()
    expect(page.locator("#title")).to_be_visible()


def _troubles(page: Page) -> None:
    settled(page)
    expect(page.get_by_test_id("trouble")).to_be_visible()
    expect(page.get_by_test_id("planned")).to_be_visible()


def _offer_of_staff(page: Page) -> Iterator[str]:
    """One that is shared, and a draft."""
    _offer_editor(page)
    yield ""
    yield from dialogs(page, more("Withdraw", MORE_OF_OFFER))
    StaffOffer(page).duplicate()
    yield from dialogs(page, ("[data-testid=share]",), more("Delete the draft", MORE_OF_OFFER))


def _unused_flow(page: Page) -> Iterator[str]:
    """The list with one, and what is asked before it goes."""
    FlowEditor(page).open_list().create("Home solar").open_list()
    yield ""
    yield from dialogs(page, more("Delete"))


def _unused_field(page: Page) -> Iterator[str]:
    fields = StaffFields(page)
    fields.define("Date", "Moved in")
    fields.open()
    yield from dialogs(page, more("Delete", "[aria-label='More about Moved in']"))


def _conditions(page: Page) -> Iterator[str]:
    """All, and one of two versions: one in effect, one planned."""
    settled(page)
    yield ""
    terms = StaffConditions(page)
    terms.create("Roof", "Work on the roof", "We bring a scaffold.")
    terms.begin_version()
    yield ""
    terms.text.fill("We bring two.")
    terms.plan((date.today() + timedelta(days=30)).isoformat())
    terms.save()
    yield from dialogs(page, more("Rename"), more("Archive"), more("Delete"),
                        more("Delete", "[aria-label^='More about version']"))


def _flow_dialogs(page: Page) -> Iterator[str]:
    """Preview where it has no room beside, a part that goes, and a draft that is left."""
    _flow(page)
    page.set_viewport_size(SIZES["phone"])
    yield from dialogs(page, (".preview-open",))
    page.set_viewport_size(SIZES["desk"])
    yield from dialogs(page, more("Delete", ".tree-subs [aria-label^='More about']"))
    page.locator("#name-en").fill("Another name")
    expect(page.locator(".unsaved")).to_be_visible()
    yield from dialogs(page, ("[data-testid=substage]:not([aria-current])",))


# name: scenario, who, address ({…} from the scenario), and how one gets there; at each `yield` it, or a part, is looked at
PAGES: dict[str, tuple[str, str, str, Callable[[Page], Iterator[str] | None]]] = {
    "staff sign-in": ("offers", "nobody", "/staff/sign-in", settled),
    "staff password": ("offers", "nobody", "/staff/password", settled),
    "staff attachments": ("request with a file", "staff", "/staff/project?id={opportunity}&tab=attachments",
                          with_dialogs(("[data-testid=send-back]",))),
    "staff offers": ("offers", "staff", "/staff/offers?project={opportunity}", settled),
    "staff offer editor": ("offers", "staff", "/staff/offers?project={opportunity}", _offer_of_staff),
    "staff project": ("offers", "staff", "/staff/project?id={opportunity}",
                      with_dialogs((".move-menu summary", "[data-testid=move-to]"))),
    "staff attachments of staff": ("offers", "staff", "/staff/project?id={opportunity}&tab=attachments", reviewing),
    "staff cases": ("cases", "staff", "/staff/cases", settled),
    "staff case": ("cases", "staff", "/staff/case?id={case}", settled),
    "staff case types": ("cases", "staff", "/staff/settings/cases", with_dialogs(("[data-testid=new-type]",))),
    "staff folders": ("full", "staff", "/staff/settings/folders", with_dialogs(("[data-testid=new-folder]",))),
    "staff home": ("full", "staff", "/staff", settled),
    "staff inbox": ("full", "staff", "/staff/inbox", settled),
    "what staff are told": ("full", "staff", "/staff/inbox/choices", settled),
    "staff projects": ("full", "staff", "/staff/projects", settled),
    "staff board": ("full", "staff", "/staff/projects?view=board", settled),
    "staff customers": ("full", "staff", "/staff/customers", settled),
    "staff customer": ("full", "staff", "/staff/customers", _customer),
    "staff import": ("full", "staff", "/staff/customers/import", _import),
    "staff new customer": ("full", "staff", "/staff/customers/new", settled),
    "staff settings": ("full", "staff", "/staff/settings", settled),
    "staff flows": ("full", "staff", "/staff/settings/flows",
                    with_dialogs(("button:has-text('New type')",), more("Rename"), more("Delete"))),
    "staff flow editor": ("full", "staff", "/staff/settings/flows", _flow_editor),
    "staff project with answers": ("ten-steps", "staff", "/staff/project?id={opportunity}", settled),
    "staff flow fields": ("ten-steps", "staff", "/staff/settings/flows",
                          with_dialogs(("[data-testid=add-fields]",), of=_fields_tab, part=".panel")),
    "staff flow conditions": ("ten-steps", "staff", "/staff/settings/flows",
                              with_dialogs(("[data-testid=add-conditions]",), of=_conditions_tab, part=".panel")),
    "staff flow dialogs": ("ten-steps", "staff", "/staff/settings/flows", _flow_dialogs),
    "staff fields": ("ten-steps", "staff", "/staff/settings/fields",
                     with_dialogs(more("Archive"), ("[aria-label^='Rename the group']",))),
    "staff field that nobody uses": ("ten-steps", "staff", "/staff/settings/fields", _unused_field),
    "staff field": ("ten-steps", "staff", "/staff/settings/fields", _field),
    "staff conditions": ("ten-steps", "staff", "/staff/settings/conditions", _conditions),
    "staff actions": ("full", "staff", "/staff/settings/actions", _actions),
    "staff step actions": ("full", "staff", "/staff/settings/flows", _step_actions),
    "staff keys": ("full", "staff", "/staff/settings/keys", _keys),
    "staff webhooks": ("full", "staff", "/staff/settings/webhooks", _webhook),
    "staff company": ("full", "staff", "/staff/settings/portal", settled),
    "staff company, written twice": ("full", "staff", "/staff/settings/portal", written_twice("#phone", "save-company")),
    "staff templates": ("full", "staff", "/staff/settings/templates", settled),
    "staff template": ("full", "staff", "/staff/settings/templates", _template),
    "staff team": ("full", "staff", "/staff/settings/team",
                   with_dialogs(("[data-testid=invite]",), ("[data-testid=close-access]",))),
    "staff project with troubles": ("by-itself", "staff", "/staff/project?id={opportunity}", _troubles),
    "staff home of an empty company": ("empty", "staff", "/staff", settled),
    "empty inbox": ("empty", "staff", "/staff/inbox", settled),
    "staff flow without projects": ("empty", "staff", "/staff/settings/flows", _unused_flow),
}
