"""The offers of a project and the editor of one: what it offers, line by line, with live totals."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...ui import components as c
from ...ui.drafting import draft_keeper, leave_guard
from ...ui.frames import staff_frame
from ...ui.i18n import date, money, number, said, t
from ...ui.offers import offer_facts, offer_lines, pdf_address, price_per_kwp
from ..meanwhile import meanwhile, plain
from .card import offer_rows, reason_text, status_pill, wish_rows
from .dialogs import delete_dialog, share_dialog, withdraw_dialog
from .lines import PAUSE_MS, lines_card, locked
from .state import OfferEditorState

S = OfferEditorState

PARTS = {
    "title": t("Name"), "valid_until": t("Last day it holds"), "summary": t("In one sentence"), "lines": t("Lines"),
    "peak_power": t("Peak power in kWp"), "modules": t("Modules"), "battery": t("Battery in kWh"),
    "saving": t("Saving per year"), "yield_low": t("Yield per year from, in kWh"),
    "yield_high": t("Yield per year to, in kWh"),
}

def offer_editor() -> rx.Component:
    return staff_frame(
        rx.cond(
            S.is_loaded,
            rx.cond(S.has_failed, _failed(), rx.cond(S.is_missing, _missing(), _desk())),
            c.loading(t("Loading the offer"), c.skeleton("260px", "32px", margin="8px 0 20px"), c.skeleton_card("220px"),
                      c.skeleton_card("320px"), class_name="stack"),
        ),
        area="projects",
    )


def _desk() -> rx.Component:
    project = rx.Var.create(f"/staff/project?id={S.project.id}")
    is_open = S.head.id != ""
    return rx.fragment(
        c.breadcrumb(t("Where you are"), [
            (t("Projects"), "/staff/projects"), (S.project.number + " " + S.project.customer_name, project),
            (rx.cond(is_open, S.head.number, t("Offers")), None)]),
        rx.cond(is_open, _editor(), _list()),
    )


# All offers of the project


def _list() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.h1(t("Offers")), rx.el.span(class_name="grow"),
            rx.cond(S.can_edit, c.button(
                c.icon("plus", "s"), t("New offer"), variant="solid", on_click=S.create,
                custom_attrs={"data-testid": "new-offer"})),
            class_name="title-row",
        ),
        c.card(offer_rows(S.briefs)), wish_rows(S.wishes),
    )


# One offer


def _text(row: Any, value: Any) -> Any:
    day = rx.cond(value == "", t("(empty)"), date(value))
    return rx.fragment(rx.cond(row.part == "valid_until", day, plain(row, value)))


def _editor() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.h1(rx.cond(S.fields["title"] != "", S.fields["title"], S.head.number)), status_pill(S.head.status),
            rx.cond(S.head.version > 0, rx.el.span(t("Version {version}", version=S.head.version), class_name="muted")),
            rx.el.span(class_name="grow"), _actions(),
            class_name="title-row",
        ),
        meanwhile(S, PARTS, _text, class_name="stack gap-below"),
        _situation(),
        rx.el.div(
            rx.el.div(_basics(), lines_card(), class_name="column"),
            rx.el.div(_sums(), _preview(), _others(), class_name="column"),
            class_name="columns offer-columns",
        ),
        rx.cond(S.is_dirty & S.head.may_edit, _save_bar()), leave_guard(S.is_dirty),
        draft_keeper(S.kept, S.mark, S.head.id, S.restore),
        share_dialog(), withdraw_dialog(), delete_dialog(),
    )


def _actions() -> rx.Component:
    head = S.head
    return rx.el.div(
        rx.cond((head.status == "draft") & head.may_share, c.button(
            c.icon("send", "s"), t("Share with the customer"), variant="solid", blocked=S.is_dirty,
            on_click=S.ask("share"), custom_attrs={"data-testid": "share"},
            aria_describedby=rx.cond(S.is_dirty, "why-not", rx.Var("undefined")))),
        c.link_button(c.icon("file-text", "s"), t("PDF"), href=pdf_address(head.id), plain=True, target="_blank",
                      custom_attrs={"data-testid": "pdf"}),
        c.button(c.icon("eye", "s"), rx.cond(S.is_previewing, t("Close preview"), t("Preview")),
                 on_click=S.toggle_preview, aria_expanded=rx.cond(S.is_previewing, "true", "false"),
                 custom_attrs={"data-testid": "preview"}),
        rx.cond(S.can_edit, c.menu(
            c.icon("ellipsis"),
            c.menu_item(t("Duplicate"), "copy", on_click=S.duplicate, custom_attrs={"data-testid": "duplicate"}),
            rx.cond(head.may_share & ((head.status == "shared") | (head.status == "expired")), c.menu_item(
                t("Withdraw"), "undo", on_click=S.ask("withdraw"), bad=True, custom_attrs={"data-testid": "withdraw"})),
            rx.cond(head.status == "draft", c.menu_item(t("Delete the draft"), "trash", on_click=S.ask("delete"), bad=True)),
            label=t("More"))),
        class_name="row wrap",
    )


def _situation() -> rx.Component:
    """What saving or sharing would mean now."""
    head, outcome = S.head, S.outcome
    money_text = money(outcome.total_cents, outcome.currency)
    return rx.el.div(
        rx.match(
            head.status,
            ("shared", c.note("info", t("The customer sees this offer."),
                              t("When you save a change, they see the new version at once, and can no longer order the "
                                "one before."))),
            ("expired", c.note("sun", t("The last day is over."), t("Choose a later day and save, or duplicate it."))),
            ("accepted", c.note("ok", t("Ordered by {name}.", name=outcome.contact_name), t(
                "Version {version} for {amount}, on {date}. It stays as it is.", version=outcome.version,
                amount=money_text, date=date(outcome.at)))),
            ("declined", c.note("bad", t("Declined by {name}.", name=outcome.contact_name), reason_text(outcome.reason),
                                rx.cond(outcome.comment != "", ": " + outcome.comment, ""))),
            ("withdrawn", c.note("info", t("Withdrawn."), t("Duplicate it to make a new one."))),
            ("closed", c.note("info", t("Closed."), t("The customer ordered another offer of this project."))),
            rx.fragment(),
        ),
        rx.cond(S.is_dirty & (head.status == "draft"),
                rx.el.p(t("Save your changes before you share or withdraw."), id="why-not", class_name="small muted")),
        class_name="situation",
    )


def _input(name: str, **props: Any) -> rx.Component:
    """A field of the offer. It keeps what is typed by itself; the draft hears of it when one pauses or leaves it."""
    value = S.fields[name]
    return c.field(
        PARTS[name], c.text_input, id=name, error=said(S.field_errors[name]), default_value=value,
        key=rx.Var.create(f"{name}-{S.generation}"), read_only=locked(), auto_complete="off",
        on_change=lambda text: S.set_field(name, text).debounce(PAUSE_MS), on_blur=lambda text: S.set_field(name, text),
        **props)


def _basics() -> rx.Component:
    optional = t("(optional)")
    return c.card(
        c.card_head(t("The offer")),
        rx.el.div(
            rx.el.div(_input("title", max_length=80), _input("valid_until", type="date"),
                      class_name="pair"),
            _summary(),
            c.switch_row(t("Recommend this offer"), t("It is marked as fitting best; only one offer of a project is."),
                         checked=S.is_recommended, on_change=S.set_recommended, disabled=locked()),
            rx.el.details(
                rx.el.summary(t("Figures to compare by")),
                rx.el.div(
                    _input("peak_power", input_mode="decimal", optional=optional),
                    _input("modules", input_mode="numeric", optional=optional),
                    _input("battery", input_mode="decimal", optional=optional),
                    _input("saving", input_mode="decimal", optional=optional),
                    _input("yield_low", input_mode="numeric", optional=optional),
                    _input("yield_high", input_mode="numeric", optional=optional),
                    class_name="figures",
                ),
                open=True,
            ),
            class_name="stack l",
        ),
    )


def _summary() -> rx.Component:
    """One line per language, so that no missing one can hide."""

    def row(language: rx.Var[str]) -> rx.Component:
        id = rx.Var.create(f"summary-{language}")
        return rx.el.div(
            rx.el.label(language, html_for=id),
            rx.el.input(
                id=id, default_value=rx.Var.create(S.summary).to(dict[str, str])[language], lang=language, max_length=300,
                placeholder=t("Not written yet"), key=rx.Var.create(f"{language}-{S.generation}"),
                read_only=locked(), on_change=lambda text: S.set_summary(language, text).debounce(PAUSE_MS),
                on_blur=lambda text: S.set_summary(language, text),
                **c.told_at("summary-error", said(S.field_errors["summary"]))),
        )

    return rx.el.fieldset(
        rx.el.legend(PARTS["summary"], class_name="label"),
        rx.el.div(rx.foreach(S.languages, row), class_name="langs"),
        c.error_text(said(S.field_errors["summary"]), "summary-error"),
        class_name="field",
    )


def _sums() -> rx.Component:
    currency = S.head.currency

    def vat(group: Any) -> rx.Component:
        words = t("VAT {rate} % on {net}", rate=number(group.rate, group.rate_digits), net=money(group.net_cents, currency))
        return rx.el.div(rx.el.dt(words), rx.el.dd(money(group.vat_cents, currency)))

    return c.card(
        c.card_head(t("Totals")),
        rx.el.dl(
            rx.el.div(rx.el.dt(t("Net total")), rx.el.dd(money(S.sums.net_cents, currency))),
            rx.foreach(S.sums.vat, vat),
            rx.el.div(rx.el.dt(t("Total")), rx.el.dd(rx.el.b(
                money(S.sums.total_cents, currency), custom_attrs={"data-testid": "total"}))),
            class_name="kv", aria_live="polite",
        ),
        c.error_text(said(S.field_errors["lines"]), "lines-error"),
    )


def _preview() -> rx.Component:
    """As the customer would read what is saved."""
    offer = S.preview
    return rx.cond(S.is_previewing, c.card(
        c.card_head(t("As the customer sees it")),
        rx.cond(S.is_dirty, rx.el.p(t("Without your changes that are not saved yet."), class_name="small muted")),
        rx.el.div(
            rx.el.h3(offer.title), rx.el.p(offer.summary, class_name="muted"),
            rx.el.div(money(offer.total_cents, offer.currency), class_name="price"), price_per_kwp(offer),
            offer_facts(offer), offer_lines(offer),
        ),
        custom_attrs={"data-testid": "preview-card"},
    ))


def _others() -> rx.Component:
    return rx.fragment(
        rx.cond(rx.Var.create(S.briefs).to(list).length() > 1,
                c.card(c.card_head(t("Offers of this project")), offer_rows(S.briefs))),
        wish_rows(S.wishes),
    )


def _save_bar() -> rx.Component:
    save = rx.cond(S.head.version > 0, t("Save and show version {version}", version=S.head.version + 1), t("Save"))
    return c.unsaved_bar(
        True, t("Not saved yet"), "",
        c.button(t("Discard"), variant="ghost", on_click=S.discard, custom_attrs={"data-testid": "discard"}),
        c.button(save, variant="sun", busy=S.busy, on_click=S.save, custom_attrs={"data-testid": "save"}),
    )


def _missing() -> rx.Component:
    return c.empty_state(
        "search-x", t("This offer does not exist"), t("It does not exist or is not open to you."),
        c.link_button(t("All projects"), href="/staff/projects", variant="solid"), heading="h1",
        custom_attrs={"data-testid": "missing"})


def _failed() -> rx.Component:
    return c.empty_state(
        "cloud-off", t("Nothing is lost. Try again"), t("The offer could not be read just now."),
        c.button(t("Try again"), variant="solid", on_click=S.load), kind="bad", heading="h1")
