"""The customer's offers side by side (on a phone one at a time), what the chosen one includes, and the way to order."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....offers.schemas import OfferView
from ....ui import components as c
from ....ui.company import company
from ....ui.frames import portal_frame
from ....ui.i18n import date, moment, money, said, t, tn
from ....ui.offers import offer_facts, offer_lines, pdf_address, price_per_kwp
from ...step.form import embedded_step
from ...step.state import StepState
from .dialogs import decline_dialog, order_dialog
from .state import OffersState


def offers() -> rx.Component:
    return portal_frame(
        c.text_link(t("Your project"), href=_home(), back=True),
        rx.cond(
            OffersState.is_loaded,
            rx.cond(
                OffersState.has_failed, _failed(),
                rx.cond(OffersState.is_missing, _missing(), rx.match(
                    OffersState.view, ("open", _open()), ("accepted", _accepted()), ("declined", _declined()),
                    ("ended", _ended()), ("withdrawn", _withdrawn()), _none())),
            ),
            _loading(),
        ),
        module="offers", on_language=[OffersState.load, StepState.load],
    )


def _count() -> Any:
    return rx.Var.create(OffersState.offers).to(list).length()


def _home() -> Any:
    project = OffersState.project_id
    return rx.cond(project != "", rx.Var.create(f"/home?project={project}"), "/home")


def _pdf_link(offer_id: Any, text: Any) -> rx.Component:
    return c.text_link(c.icon("file-text", "s"), text, href=pdf_address(offer_id), plain=True, target="_blank",
                       class_name="pdf")


# The open offers


def _open() -> rx.Component:
    return rx.fragment(
        c.page_head(
            tn("An offer for your roof", "{n} offers for your roof", _count()),
            t("Prices include VAT. Each offer is binding for us until the day that stands in it."),
            rx.cond(OffersState.may_answer, c.pill(t("Your turn"), "you")),  # else it may be anybody's: home says whose
        ),
        rx.cond(OffersState.has_changed, c.note(
            "sun", t("This offer has a new version."),
            t("Nothing was ordered. Please look at it once more before you order."), role="alert")),
        rx.cond(~OffersState.may_answer, c.note(
            "info", t("You can read the offers now."),
            t("You can order as soon as your project stands at the step where an offer is chosen."))),
        rx.cond(_count() > 1, c.segmented(
            t("Show an offer"), "offer", rx.foreach(OffersState.offers, _segment), big=True, class_name="offer-switch")),
        rx.el.div(rx.foreach(OffersState.offers, _card), class_name="offers"),
        rx.el.div(_included(), _answers(), class_name="two"),
        embedded_step(t("Before you order"), t("We need this for your order. What you write is saved at once.")),
        rx.cond(OffersState.may_answer, rx.fragment(_price_bar(), order_dialog(), decline_dialog())),
    )


def _segment(offer: OfferView) -> rx.Component:
    content = rx.fragment(rx.el.b(offer.title), money(offer.total_cents, offer.currency))
    return c.segment("offer", offer.id, content, OffersState.chosen.id, OffersState.choose)


def _card(offer: OfferView) -> rx.Component:
    is_chosen = OffersState.chosen.id == offer.id
    return rx.el.article(
        rx.cond(offer.is_recommended, rx.el.span(t("Fits your use best"), class_name="tag")),
        rx.el.h2(offer.title),
        rx.el.p(offer.summary, class_name="for"),
        rx.el.div(money(offer.total_cents, offer.currency), class_name="price",
                  custom_attrs={"data-testid": "offer-price"}),
        price_per_kwp(offer),
        offer_facts(offer),
        rx.el.span(class_name="space"),
        rx.cond(_count() > 1, c.button(
            rx.cond(is_chosen, rx.fragment(c.icon("check"), t("Chosen")), t("Choose {title}", title=offer.title)),
            variant=rx.cond(is_chosen, "soft", "line"), aria_pressed=rx.cond(is_chosen, "true", "false"),
            on_click=OffersState.choose(offer.id), custom_attrs={"data-testid": "choose"},
        )),
        _pdf_link(offer.id, t("Offer as PDF")),
        class_name=rx.cond(is_chosen, "card offer shown chosen", "card offer"),
        custom_attrs={"data-testid": "offer", "data-offer": offer.id},
    )


# What the chosen one includes


def _included() -> rx.Component:
    offer = OffersState.chosen
    return rx.el.section(
        rx.el.h2(t("What is included")),
        rx.el.p(t("Offer {title}, {number}, version {version} of {date}.", title=offer.title, number=offer.number,
                  version=offer.version, date=date(offer.issued_on))),
        c.card(offer_lines(offer), tag="div"),
        class_name="sec", custom_attrs={"data-testid": "included"},
    )


# What one can answer


def _answers() -> rx.Component:
    return rx.el.section(
        rx.el.h2(t("Not quite right?")),
        rx.el.p(t("Tell us what should be different. Nothing is ordered by it.")),
        rx.cond(
            OffersState.is_asking, _wish_form(t("Cancel")),
            rx.el.div(
                c.text_button(c.icon("message-circle", "s"), t("Ask for a change"), on_click=OffersState.toggle_asking),
                rx.cond(OffersState.may_answer, c.text_button(
                    c.icon("x", "s"), rx.cond(_count() > 1, t("None of these"), t("Decline the offer")),
                    on_click=OffersState.open_decline, custom_attrs={"data-testid": "decline"})),
                class_name="foot-links",
            ),
        ),
        _asked_note(),
        class_name="sec",
    )


def _asked_note() -> rx.Component:
    return rx.cond(OffersState.has_asked, c.note("ok", t("We have your message."), t("We answer soon."), role="status"))


def _wish_form(leave: Any) -> rx.Component:
    return rx.el.form(
        c.field(t("What would you like to have changed?"), c.textarea, id="text", max_length=1000,
                error=said(OffersState.field_errors["text"])),
        rx.el.div(
            c.submit_button(t("Send"), variant="soft", size="m"),
            c.button(leave, variant="ghost", on_click=OffersState.toggle_asking), class_name="row"),
        on_submit=OffersState.ask, class_name="stack",
    )


def _price_bar() -> rx.Component:
    offer = OffersState.chosen
    return c.price_bar(
        money(offer.total_cents, offer.currency), offer.title,
        c.button(t("Continue"), variant="solid", size="big", on_click=OffersState.open_order,
                 custom_attrs={"data-testid": "continue"}),
        label=t("Your choice"),
    )


# How it ended, and what there is instead of offers


def _accepted() -> rx.Component:
    outcome, step = OffersState.outcome, OffersState.next_step
    return c.finish(
        t("It is yours, {name}", name=OffersState.first_name),
        rx.el.p(t("Your order for {title}, {amount}, is with us since {moment}. Exactly this version is kept for both of "
                  "us; you can read it here at any time.", title=outcome.title,
                  amount=money(outcome.total_cents, outcome.currency), moment=moment(outcome.at))),
        c.note("info", rx.cond(step.name != "", t("Next: {step}.", step=step.name), ""), step.description, " ",
               t("As a consumer you can withdraw at least until {date}.", date=date(outcome.withdrawal_last_day)),
               icon_name="calendar-check"),
        rx.el.div(
            c.link_button(t("Back to your project"), href=_home(), variant="solid", size="big"),
            c.link_button(c.icon("download"), t("Your order as PDF"), href=pdf_address(outcome.offer_id), plain=True,
                          target="_blank", size="big"),
            class_name="acts",
        ),
        testid="ordered",
    )


def _declined() -> rx.Component:
    return _instead(
        "circle-check", t("You have declined"),
        t("We noted it on {moment}. If anything changes, we are happy to make you a new offer.",
          moment=moment(OffersState.outcome.at)), t("Ask for a new offer"), "declined")


def _ended() -> rx.Component:
    return _instead(
        "calendar-x", t("These offers have ended"),
        t("Prices were held until {date}. Ask for fresh ones: your roof and your wishes are kept.",
          date=date(OffersState.last_valid_until)), t("Ask for new offers"), "ended")


def _withdrawn() -> rx.Component:
    return _instead(
        "undo", t("We took this offer back"),
        t("It no longer holds, and nothing was ordered. You get an e-mail as soon as there is a new one."),
        t("Ask for a new offer"), "withdrawn")


def _none() -> rx.Component:
    return _instead(
        "sun", t("No offer yet"), t("We are working on it. You get an e-mail as soon as you can see it here."),
        t("Write to us"), "none")


def _instead(icon_name: str, title: Any, text: Any, ask: Any, test_id: str) -> rx.Component:
    """There is nothing to order: what happened, and the way on."""
    return rx.fragment(
        c.empty_state(
            icon_name, title, text,
            rx.cond((OffersState.project_id != "") & ~OffersState.is_asking & ~OffersState.has_asked,
                    c.button(ask, variant="solid", size="big", on_click=OffersState.toggle_asking)),
            _contact(), heading="h1", custom_attrs={"data-testid": test_id}),
        rx.cond(OffersState.is_asking, c.card(_wish_form(t("Cancel")), tag="div")),
        _asked_note(),
    )


def _contact() -> rx.Component:
    phone = company("phone")
    return rx.cond(phone != "", c.link_button(
        c.icon("phone"), phone, href=rx.Var.create(f"tel:{phone}"), plain=True, size="big"))


def _missing() -> rx.Component:
    return c.empty_state(
        "map-pin-off", t("This project does not exist"), t("It does not exist or is not open to you."),
        c.link_button(t("Back to the start"), href="/home", variant="solid"), heading="h1",
        custom_attrs={"data-testid": "missing"})


def _failed() -> rx.Component:
    return c.empty_state(
        "cloud-off", t("Nothing is lost. Try again"), t("We could not read your offers just now."),
        c.button(t("Try again"), variant="solid", on_click=OffersState.retry), kind="bad", heading="h1")


def _loading() -> rx.Component:
    return c.loading(
        t("Loading your offers"), c.skeleton("280px", "36px", margin="8px 0 14px"), c.skeleton("520px", "16px"),
        rx.el.div(*(c.skeleton_card("420px") for _ in range(3)), class_name="offers"))
