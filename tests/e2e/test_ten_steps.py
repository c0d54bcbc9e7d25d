"""Staff set up a whole process in the browser; a customer walks its ten steps on a phone, and each leads on by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.webhooks.receiver import Receiver, running

from .entering import enter_as_customer, enter_as_staff
from .pages import (
    Attachments,
    Drawing,
    FlowEditor,
    Home,
    NewCustomer,
    Offers,
    Rehearsal,
    StaffActions,
    StaffConditions,
    StaffFields,
    StaffInbox,
    StaffOffer,
    StaffPortalSettings,
    StaffProject,
    StaffWebhooks,
    StepActions,
    StepForm,
)
from .real_roofs import address_of, real_planes
from .sale_to_power import (
    BANK,
    CHOOSE,
    DONE,
    DRAW,
    FLOW,
    INSTALL,
    LEADS_TO,
    MAILS,
    ORDER,
    PERMIT,
    PLAN,
    QUESTIONS,
    SIGN,
    STEPS,
    TELL,
    TERMS,
    Step,
)
from .support import Portal, wait_until

EMAIL = "rosa.prado@example.com"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "locale": "es-ES"}
# The browser believes that it is connected, and nothing that it sends arrives: as in a tunnel.
SILENCE = "() => { window.sends = WebSocket.prototype.send; WebSocket.prototype.send = function () {}; }"
SPEECH = "() => { WebSocket.prototype.send = window.sends; }"
ONLINE = "() => window.dispatchEvent(new Event('online'))"  # as soon as a browser notices: before the page tries again


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, str]:
    """A bill as PDF and as a photo, and a photo of the meter."""
    made = {}
    for name in ("bill.pdf", "bill-again.jpg", "meter.jpg"):
        Image.effect_noise((320, 240), 80).convert("RGB").save(tmp_path / name)
        made[name] = str(tmp_path / name)
    return made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    with running(server):
        yield server


# Staff set it up


def define_what_is_asked(desk: Page) -> dict[str, str]:
    """Fields of every kind and two conditions; gives the fields' ids."""
    terms = StaffConditions(desk)
    for name, (title, spanish) in TERMS.items():
        terms.create(name, title, "We keep your data.", (spanish, "Guardamos tus datos."))
    fields = StaffFields(desk)
    return {key: fields.define(question.kind, question.words[0], spanish=question.words[1], choices=question.choices,
                               **question.limits) for key, question in QUESTIONS.items()}


def build_the_process(desk: Page) -> FlowEditor:
    editor = FlowEditor(desk).open_list().create(FLOW)  # begins with a stage of this name and a first substage
    known = {TELL.stage}
    for step in STEPS:
        if step.stage not in known:
            editor.add_stage(step.stage[0], step.name[0])
            known.add(step.stage)
        elif step is not TELL:
            editor.add_substage(step.stage[0], step.name[0])
        write_step(editor, step)
    for english, spanish in dict.fromkeys(step.stage for step in STEPS[1:]):
        editor.choose_stage(english)
        expect(editor.title).to_have_text(english)
        editor.write_names(english, spanish)
        editor.save()
    return editor


def write_step(editor: FlowEditor, step: Step) -> None:
    editor.show_tab("Information")
    editor.write_names(*step.name)
    for language, text in zip(("en", "es"), step.description, strict=True):
        editor.write_description(text, language)
    if step.ball:
        editor.choose_ball(step.ball)
    if step.view:
        editor.choose_view(step.view)
    if step.asks:
        editor.ask({QUESTIONS[key].words[0]: mode for key, mode in step.asks.items()})
    if step.terms:
        editor.show_tab("Conditions")
        editor.add(*step.terms)
    editor.save()


def set_what_happens_by_itself(desk: Page, editor: FlowEditor) -> None:
    panel = StepActions(desk)
    for step in STEPS:
        if step.actions:
            editor.choose(step.name[0])
            expect(editor.title).to_have_text(step.name[0])
            panel.show().compose(*step.actions)
            expect(panel.sentences).to_have_count(len(step.actions))
    sources = StaffActions(desk).open()
    for act, step in LEADS_TO.items():
        sources.set(act, FLOW, move_to=step.name[0], mail=MAILS.get(act, ""))


def try_it_out(desk: Page) -> None:
    """The checker finds nothing, and a made-up customer comes to the end."""
    rehearsal = Rehearsal(desk, FlowEditor(desk).open(FLOW))
    rehearsal.expect_nothing_found()
    rehearsal.begin()
    for step, pressed in zip(STEPS[1:], ("act", "act", "colleague", "act", "act", "act", "act", "time", "act"), strict=True):
        rehearsal.press(pressed)
        expect(rehearsal.place).to_have_text(step.name[0])
    expect(rehearsal.panel).to_contain_text("The process ends here.")


# The customer walks


class Journey:
    """A customer at a phone and staff at a desk, in the project of that customer."""

    def __init__(self, page: Page, desk: Page, project: str, field: dict[str, str]) -> None:
        self.page, self.project, self.field = page, project, field
        self.home, self.step, self.staff = Home(page), StepForm(page), StaffProject(desk)

    def arrives_at(self, step: Step) -> None:
        """Both see it, without having moved it."""
        self.home.open(f"project={self.project}")
        if step is DONE:
            expect(self.home.ending).to_be_visible()
        else:
            expect(self.home.current_step).to_have_text(step.name[1])
        self.staff.open_project(self.project)
        expect(self.staff.substage).to_have_text(step.name[0])

    def fills(self, **answers: str) -> None:
        """Opens the step from home and writes the answers."""
        self.home.go_on()
        expect(self.step.form).to_be_visible()
        for key, text in answers.items():
            self.step.fill(self.field[key], text)


def test_staff_set_up_a_process_and_a_customer_walks_all_of_it(people, portal: Portal, papers, receiver: Receiver):
    made = portal.reset("empty")
    desk = people.new_page()
    enter_as_staff(desk, made)
    StaffPortalSettings(desk).open().offer_languages("en", "es")
    address = receiver.url if portal.is_here else "https://hooks.portal.invalid/"
    receiver.secret = StaffWebhooks(desk).open().create("CRM", address)
    field = define_what_is_asked(desk)
    set_what_happens_by_itself(desk, build_the_process(desk))
    try_it_out(desk)
    project = NewCustomer(desk).open().add("Rosa Prado", EMAIL, address=address_of(), language="es", flow=FLOW)

    page = people.new_page(**PHONE)
    enter_as_customer(page, portal, EMAIL)
    journey = Journey(page, desk, project, field)
    _tells(journey, papers)
    _gives_the_bill_again(journey, portal, papers)
    _draws(journey)
    _orders(journey, desk)
    _gives_papers(journey)
    _waits_for_the_permit(journey, portal, receiver)
    _prepares(journey, papers)

    expect(journey.staff.history.filter(has_text="by hand")).to_have_count(0)
    reasons = ["documents were sent", "by itself after a time", *["documents were sent"] * 3, "the offer was accepted",
               "an offer was shared", "the roof was sent", "documents were sent", "began the project"]
    expect(journey.staff.history).to_contain_text(reasons)  # newest first
    expect(journey.staff.history.filter(has_text="The portal moved")).to_have_count(2)


def _tells(journey: Journey, papers: dict[str, str]) -> None:
    step, field = journey.step, journey.field
    journey.arrives_at(TELL)
    journey.fills()
    step.send()  # nothing is there yet: all of it is named, and the focus goes there
    expect(step.summary).to_be_focused()
    step.act(step.summary.get_by_role("link").first)
    expect(step.control(field["owner"])).to_be_focused()
    for key, text in {"owner": "Rosa Prado", "phone": "612 345 678", "use": "4.200", "wishes": "Sin ruido"}.items():
        step.fill(field[key], text)
    step.fill_address(field["address"], "Calle del Olivo 14", "28223", "Pozuelo de Alarcón")
    step.choose(field["roof"], "Tejas")
    step.choose(field["devices"], "Coche eléctrico", "Bomba de calor")
    bill = step.place(field["bill"])
    bill.get_by_test_id("choose-files").set_input_files({"name": "bill.html", "mimeType": "text/html", "buffer": b"<html>"})
    expect(bill.get_by_test_id("arriving")).to_contain_text("Esto es una página web")
    step.give(field["bill"], papers["bill.pdf"])  # takes the place of what was refused
    expect(bill.get_by_test_id("arriving")).to_have_count(0)
    step.accept_all()
    journey.step.send_all()


def _gives_the_bill_again(journey: Journey, portal: Portal, papers: dict[str, str]) -> None:
    """Staff send one file back: only that is asked for again, and the customer goes on where they were."""
    journey.arrives_at(DRAW)
    files = Attachments(journey.staff.page).open_project(journey.project)
    files.send_back("bill", "Page 2 is missing.")
    portal.wait_for_mail(EMAIL, "bill")
    step = journey.step.open_project(journey.project)
    expect(step.place(journey.field["bill"])).to_contain_text("Page 2 is missing.")
    expect(step.place(journey.field["owner"])).to_have_count(0)
    step.give(journey.field["bill"], papers["bill-again.jpg"])
    journey.step.send_all()
    files.open_project(journey.project).accept("bill-again.jpg")


def _draws(journey: Journey) -> None:
    journey.arrives_at(DRAW)
    journey.home.go_on()
    drawing = Drawing(journey.page).ready().start()
    drawing.zoom_to(21)
    drawing.draw_plane(real_planes()[0].corners)
    expect(drawing.saved).to_be_visible()
    drawing.send_with(**{journey.field["wishes"]: "Sin ruido, por favor"})


def _orders(journey: Journey, desk: Page) -> None:
    journey.arrives_at(PLAN)
    expect(journey.home.id("known")).to_contain_text("Tejas")
    expect(StaffInbox(desk).open().lines.filter(has_text="Plan this roof")).to_have_count(1)
    offer = StaffOffer(desk).open_project(journey.project)
    offer.create("Sun on one plane")
    offer.write_line(0, "Modules", quantity="10", price="150")
    offer.save()
    offer.share()
    journey.arrives_at(CHOOSE)
    journey.home.go_on()
    offers = Offers(journey.page).ready()
    offers.act(offers.id("continue"))  # the step asks for something first
    expect(journey.step.summary).to_be_focused()
    journey.step.fill(journey.field["email"], "rosa@example.com")
    journey.step.saved()
    offers.order()


def _gives_papers(journey: Journey) -> None:
    step, field = journey.step, journey.field
    journey.arrives_at(ORDER)
    journey.fills(tax="12345678A")
    expect(step.answers).to_contain_text("Calle del Olivo 14")
    step.control(field["owner"]).focus()
    expect(step.error(field["tax"])).to_be_visible()
    expect(step.control(field["owner"])).to_have_value("Rosa Prado")  # asked before, known here
    step.fill(field["tax"], "12345678Z")
    journey.step.send_all()
    journey.arrives_at(BANK)
    journey.fills(born="1980-05-17", income="2.450,50", iban="ES91 2100 0418 4502 0005 1332")
    journey.step.send_all()
    journey.arrives_at(SIGN)
    journey.fills()
    expect(step.control(field["iban"])).to_have_value("ES91 2100 0418 4502 0005 1332")
    expect(step.answers).to_contain_text("12345678Z")
    step.accept_all()
    journey.step.send_all()


def _waits_for_the_permit(journey: Journey, portal: Portal, receiver: Receiver) -> None:
    """An authority acts: another system is told, and after three days the process goes on."""
    journey.arrives_at(PERMIT)
    expect(journey.home.do_it).to_have_count(0)
    if portal.is_here:
        assert wait_until(lambda: len(receiver.taken) == 1), "no message came"
        [told] = receiver.taken.values()
        assert PERMIT.name[0] in told
        assert EMAIL not in told
    mails = len(portal.mails_to(EMAIL))
    portal.let_hours_pass(3 * 24 + 1)
    portal.wait_for_mail(EMAIL, after=mails)


def _prepares(journey: Journey, papers: dict[str, str]) -> None:
    step, field = journey.step, journey.field
    journey.arrives_at(INSTALL)
    journey.fills()
    expect(step.answers).to_contain_text("Asked for")  # the portal itself has set it
    step.choose(field["scaffold"], "Sí")
    step.give(field["photos"], papers["meter.jpg"])
    journey.step.send_all()
    journey.arrives_at(DONE)
    answers = journey.staff.id("answers")
    for text in ("4200 kWh", "Tiles", "12345678Z", "Privacy information", "Terms of the contract"):
        expect(answers).to_contain_text(text)


def test_what_is_typed_without_a_connection_is_not_lost(people, portal: Portal):
    made = portal.reset("ten-steps")
    page, other = people.new_page(), people.new_page(locale="de-DE")
    enter_as_customer(page, portal, made["email"])
    other.context.add_cookies([
        *(cookie for cookie in page.context.cookies() if cookie.get("name") == "session"),
        {"name": "language", "value": "de", "url": portal.url}])
    wishes, cost = made["fields"]["wishes"], made["fields"]["bill_cost"]
    step = StepForm(page).open_project(made["opportunity"])
    page.evaluate(SILENCE)
    step.fill(wishes, "Typed in a tunnel")
    step.fill(cost, "84.50")
    expect(step.status).to_have_attribute("data-status", "waiting")
    page.evaluate(SPEECH)
    page.evaluate(ONLINE)
    step.saved()
    elsewhere = StepForm(other).open_project(made["opportunity"])
    expect(elsewhere.control(wishes)).to_have_value("Typed in a tunnel")
    expect(elsewhere.control(cost)).to_have_value("84,50")


def test_who_comes_back_finds_what_they_wrote_last(people, portal: Portal):
    made = portal.reset("ten-steps")
    page, owner = people.new_page(), made["fields"]["owner"]
    enter_as_customer(page, portal, made["email"])
    home = Home(page).open()
    for before, name in (("", "Ana"), ("Ana", "Ana Torres"), ("Ana Torres", "Ana Torres Vega")):
        home.go_on()
        step = StepForm(page).ready()
        expect(step.control(owner)).to_have_value(before)
        expect(page.locator("main:focus, main :focus")).to_be_attached()  # on the page, not before its beginning
        step.fill(owner, name)
        step.saved()
        step.act(page.get_by_role("link", name="Later"))
        home.ready()
    home.go_on()
    expect(step.control(owner)).to_have_value("Ana Torres Vega")
    page.reload()
    expect(step.control(owner)).to_have_value("Ana Torres Vega")


def test_a_box_that_is_ticked_without_a_connection_is_told_once_it_is_back(people, portal: Portal):
    made = portal.reset("ten-steps")
    page = people.new_page()
    enter_as_customer(page, portal, made["email"])
    step = StepForm(page).open_project(made["opportunity"])
    done = step.done.inner_text()
    page.evaluate(SILENCE)
    step.accept_all()
    expect(step.status).to_have_attribute("data-status", "waiting")
    expect(step.done).to_have_text(done)
    page.evaluate(SPEECH)
    step.saved()  # nothing else was typed
    expect(step.done).not_to_have_text(done)


COMMAS_THAT_BEGIN_A_LINE = """bar => [...bar.querySelectorAll("a")].filter(link => {
  const comma = link.nextSibling;
  if (comma?.nodeType !== Node.TEXT_NODE || !comma.data.startsWith(",")) return false;
  const range = document.createRange();
  range.setStart(comma, 0), range.setEnd(comma, 1);
  const ends = [...link.getClientRects()].at(-1), at = range.getBoundingClientRect();
  return at.left < ends.left || at.left < ends.right - 1;
}).length"""


def test_no_line_of_what_is_missing_begins_with_a_comma(page, portal):
    made = portal.reset("ten-steps")
    enter_as_customer(page, portal, made["email"])
    step = StepForm(page).open_project(made["opportunity"])
    bar = step.page.locator(".foot-bar .miss")
    expect(bar.locator("a")).to_have_count(4)
    for width in range(320, 420, 4):
        page.set_viewport_size({"width": width, "height": 740})
        assert bar.evaluate(COMMAS_THAT_BEGIN_A_LINE) == 0, f"at {width} pixels"
