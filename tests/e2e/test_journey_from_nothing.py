"""Staff build a process from nothing; a customer goes through it to the order; staff see everything arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from .pages import (
    AccessPage,
    Drawing,
    FlowEditor,
    Home,
    Mailbox,
    NewCustomer,
    Offers,
    StaffActions,
    StaffOffer,
    StaffProject,
    StaffSignIn,
)
from .real_roofs import address_of, real_planes

FLOW = "Roof and order"
STEPS = [  # stage, substage in English and Spanish, view
    ("Request", "We have your request", "Tenemos tu solicitud", ""),
    ("Your roof", "Draw your roof", "Dibuja tu tejado", "Drawing"),
    ("Your roof", "We check your roof", "Revisamos tu tejado", ""),
    ("Your offer", "Choose your offer", "Elige tu oferta", "Offer"),
    ("Power", "Your roof makes power", "Tu tejado produce energía", "End of the process, success"),
]
ASK, DRAW, CHECK, OFFER, DONE = (name for _, name, _, _ in STEPS)


def build_the_process(page: Page) -> None:
    editor = FlowEditor(page).open_list().create(FLOW)
    editor.expect_substages(ASK)  # a new flow begins with this one
    known = {"Request"}
    for stage, substage, spanish, view in STEPS:
        if stage not in known:
            editor.add_stage(stage, substage)
            known.add(stage)
        elif substage != ASK:
            editor.add_substage(stage, substage)
        editor.choose(substage)
        expect(editor.title).to_have_text(substage)
        expect(editor.name()).to_have_value(substage)
        if editor.name("es").input_value() != spanish:  # a new flow's first step is written in every language
            editor.name("es").fill(spanish)
        if view:
            editor.choose_view(view)
        if substage != ASK:
            editor.save()
    editor.expect_substages(*(substage for _, substage, _, _ in STEPS))


def set_what_follows(page: Page) -> None:
    actions = StaffActions(page).open()
    actions.set("drawing-submitted", FLOW, move_to=CHECK, mail="Drawing received")
    actions.set("accept-budget", FLOW, move_to=DONE, mail="Offer accepted")


def write_and_share_an_offer(page: Page, project: str) -> float:
    """Two lines: 10 × 150.00 at 21 %, and 1 × 1,000.00 less 10 % at 10 %; gives the total."""
    offer = StaffOffer(page).open_project(project)
    offer.create("Sun on three planes")
    offer.write_line(0, "Modules", quantity="10", price="150", vat="21")
    offer.write_line(1, "Mounting", quantity="1", price="1000", vat="10", discount="10 %")
    expect(offer.total).to_have_text(re.compile(r"2,805"))  # 1,500 × 1.21 + 900 × 1.10
    offer.save()
    offer.share()
    return 2805.0


@dataclass(frozen=True)
class Customer:
    name: str
    email: str
    language: str
    device: dict


ROSA = Customer("Rosa Prado", "rosa.prado@example.com", "en", {})
LUIS = Customer("Luis Rey", "luis.rey@example.com", "es", {
    "viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2,
    "locale": "es-ES"})


def test_from_an_empty_company_to_two_orders(people, portal):
    """One customer with a mouse, in English; one on a phone, in Spanish."""
    made = portal.reset("empty")
    desk = people.new_page(reduced_motion="no-preference")
    StaffSignIn(desk).sign_in(made["staff"]["administrator"], made["password"])
    build_the_process(desk)
    set_what_follows(desk)
    for customer in (ROSA, LUIS):
        walk(people, portal, desk, customer)


def walk(people, portal, desk: Page, customer: Customer) -> None:
    email, device = customer.email, customer.device
    project = NewCustomer(desk).open().add(customer.name, email, address=address_of(), language=customer.language, flow=FLOW)
    staff = StaffProject(desk).open_project(project)
    expect(staff.substage).to_have_text(ASK)
    staff.move_to(DRAW, "The address is on the map")

    # The customer comes in by the mail
    page = people.new_page(**{"locale": "en-GB", "reduced_motion": "no-preference", **device})
    link = portal.wait_for_mail(email).link
    if device:
        AccessPage(page, link).open().enter()
    else:
        page = Mailbox(page).open_for(email).follow_link(email)
        AccessPage(page).enter()
    home = Home(page)
    expect(home.root).to_have_attribute("lang", customer.language)
    expect(home.current_step).to_have_text(STEPS[1][1 if customer.language == "en" else 2])
    home.go_on()

    planes = real_planes()
    drawing = Drawing(page).ready().start()
    drawing.zoom_to(21 if device else 22)
    for plane in planes:
        drawing.draw_plane(plane.corners)
    expect(drawing.saved).to_be_visible()
    real_area = sum(plane.plan_area_m2 for plane in planes)
    drawing.expect_amount(drawing.total, real_area, within=0.005)
    drawing.send()

    # Staff see the roof and where the project stands, and why
    staff.open_project(project)
    staff.expect_amount(staff.roof_area, real_area, within=0.005)
    expect(staff.roof_planes).to_have_count(3)
    expect(staff.substage).to_have_text(CHECK)
    expect(staff.history.first).to_contain_text(CHECK)
    expect(staff.history.first).to_contain_text("because the roof was sent")

    portal.wait_for_mail(email, after=1)
    total = write_and_share_an_offer(desk, project)
    staff.open_project(project).move_to(OFFER)

    # The customer gets the mail and orders
    AccessPage(page, portal.wait_for_mail(email, after=2).link).open().enter()
    offers = Offers(page).ready()
    expect(offers.cards).to_have_count(1)
    offers.expect_amount(offers.id("offer-price").first, total)
    offers.go_on()
    offers.expect_amount(offers.dialog.locator(".dialog-sum b.num"), total)
    offers.act(offers.order_button)
    expect(offers.ordered).to_be_visible()
    expect(offers.order_button).to_have_count(0)
    home = Home(page).open()
    expect(home.ending).to_be_visible()

    staff.open_project(project)
    expect(staff.substage).to_have_text(DONE)
    expect(staff.history.first).to_contain_text("because the offer was accepted")
    expect(staff.history.first).to_contain_text(customer.name)
    expect(staff.offers.first).to_have_attribute("data-status", "accepted")
    portal.wait_for_mail(email, after=3)
    subjects = [mail.subject for mail in portal.mails_to(email)]
    assert len(subjects) == 4, subjects  # welcome, roof, offer, order
