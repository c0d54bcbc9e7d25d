"""/staff/inbox and /staff/inbox/choices."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ...notifications.rules import KINDS, Channel
from ...ui import components as c
from ...ui.bell import INBOX
from ...ui.frames import staff_frame
from ...ui.i18n import moment, said, t, t_marked
from .state import InboxLine, InboxState, NoticeChoicesState

CHOICES = f"{INBOX}/choices"
_ICONS = {info.kind.value: info.icon for info in KINDS.values()}
S: Any = InboxState
N: Any = NoticeChoicesState


def inbox() -> rx.Component:
    return staff_frame(
        rx.el.div(
            rx.el.h1(t("Inbox"), class_name="grow"),
            c.link_button(c.icon("sliders-horizontal", "s"), t("What I am told"), href=CHOICES, variant="line",
                          custom_attrs={"data-testid": "choices"}),
            class_name="title-row inbox-title",
        ),
        c.nav_tabs(t("Show"), [(t("Everything"), S.all_address, ~S.only_new), (t("Unread"), S.new_address, S.only_new)]),
        rx.cond(
            S.is_loaded,
            rx.cond(S.has_failed, _failed(), rx.fragment(_toolbar(), rx.cond(S.lines, _list(), _nothing()))),
            c.loading(t("Loading"), c.skeleton("100%", "44px", "12px", margin="16px 0"), c.skeleton_card("420px")),
        ),
        area="inbox", on_language=InboxState.load,
    )


def _toolbar() -> rx.Component:
    kinds = [(info.kind.value, t_marked(info.title)) for info in KINDS.values()]
    return rx.el.div(
        c.select("kind", kinds, placeholder=t("All kinds"), value=S.kind, aria_label=t("Kind"),
                 on_change=InboxState.choose_kind, class_name="fit", custom_attrs={"data-testid": "kind"}),
        rx.el.span(class_name="grow"),
        rx.cond(S.has_new & (S.lines.length() > 0), c.button(
            c.icon("check", "s"), t("Mark all as read"), on_click=InboxState.mark_all_read,
            custom_attrs={"data-testid": "all-read"})),
        class_name="toolbar", style={"margin_top": "16px"},
    )


def _line(row: InboxLine) -> rx.Component:
    text = said(row.said)
    return rx.el.li(
        rx.el.span(c.icon_for(rx.Var.create(row.kind), _ICONS, "flag"), class_name="notice-kind"),
        rx.el.div(
            rx.el.p(
                rx.cond(row.is_new, rx.el.span(t("New"), ": ", class_name="vh")),
                rx.el.a(text, href=row.page, on_click=InboxState.open(row.id), class_name="plain-link"),
                rx.cond(row.times > 1, rx.el.span(" ", t("{times} times", times=row.times), class_name="tiny muted nowrap")),
            ),
            rx.el.p(rx.cond(row.number != "", rx.fragment(row.number, " · ")),
                    rx.cond(row.about != "", rx.fragment(row.about, " · ")), moment(row.at), class_name="more"),
        ),
        rx.cond(row.is_new, rx.el.div(
            c.icon_button("check", t("Mark as read: {text}", text=text), on_click=InboxState.mark_read(row.id),
                          custom_attrs={"data-testid": "read"}), class_name="act")),
        class_name=rx.cond(row.is_new, "event new", "event"), custom_attrs={"data-testid": "notification"},
    )


def _list() -> rx.Component:
    return rx.fragment(
        c.card(rx.el.ul(rx.foreach(S.lines, _line), class_name="event-list", aria_label=t("Inbox")), pad=False,
               class_name="inbox"),
        rx.cond(~S.is_first_page | S.has_next, rx.el.div(
            rx.cond(~S.is_first_page, c.link_button(t("Latest"), href=rx.cond(S.only_new, S.new_address, S.all_address))),
            rx.cond(S.has_next, c.button(t("Earlier"), on_click=InboxState.go_next,
                                         custom_attrs={"data-testid": "earlier"})),
            class_name="row wrap", style={"margin_top": "16px"})),
    )


def _nothing() -> rx.Component:
    of_kind = c.empty_state(
        "circle-check", t("Nothing of this kind"), t("What you look for is not here."),
        c.link_button(t("All kinds"), href=rx.cond(S.only_new, f"{INBOX}?new=1", INBOX)))
    return rx.cond(S.kind != "", of_kind, rx.cond(
        S.only_new,
        c.empty_state("circle-check", t("Nothing new"), t("You have seen everything. What customers do next arrives here."),
                      c.link_button(t("Show all"), href=S.all_address)),
        c.empty_state("inbox", t("Nothing here yet"),
                      t("Drawings, orders, documents and problems of your projects arrive here."),
                      c.link_button(t("What I am told"), href=CHOICES)),
    ))


def _failed() -> rx.Component:
    return c.note(
        "bad", t("The inbox can't be read just now."), t("Nothing is lost. Try again in a moment."), " ",
        c.text_button(t("Try again"), on_click=InboxState.load), role="alert",
    )


def notice_choices() -> rx.Component:
    return staff_frame(
        c.breadcrumb(t("Where you are"), [(t("Inbox"), INBOX), (t("What I am told"), None)]),
        rx.el.div(rx.el.h1(t("What I am told")),
                  rx.el.p(t("This is yours alone. Colleagues choose for themselves.")), class_name="title-row"),
        rx.cond(N.is_loaded, _form(), c.loading(t("Loading"), c.skeleton_card("420px"))),
        area="inbox",
    )


def _form() -> rx.Component:
    ways = [(Channel.APPLICATION.value, t("In the portal")), (Channel.EMAIL.value, t("By e-mail")),
            (Channel.BOTH.value, t("Both")), (Channel.NONE.value, t("Not at all"))]

    def row(info: Any) -> rx.Component:
        kind = info.kind.value
        return rx.cond(N.kinds.contains(kind), rx.el.div(
            rx.el.span(c.icon(info.icon), class_name="notice-kind"),
            rx.el.div(rx.el.label(t_marked(info.title), html_for=kind),
                      rx.el.p(t_marked(info.summary), id=f"{kind}-hint", class_name="more")),
            c.select(kind, ways, default_value=N.channels[kind], aria_describedby=f"{kind}-hint",
                     custom_attrs={"data-testid": f"channel-{kind}"}),
            class_name="choice-row"))

    return rx.el.form(
        c.card(*(row(info) for info in KINDS.values()), pad=False, class_name="choice-rows"),
        rx.cond(N.can_follow_all, c.card(c.switch_row(
            t("Projects of colleagues too"),
            t("Otherwise you are told of your own projects, and of those that nobody looks after."),
            name="follows_all", default_checked=N.follows_all), class_name="choice-reach")),
        rx.el.div(c.button(t("Save"), variant="solid", type="submit", custom_attrs={"data-testid": "save"}),
                  c.link_button(t("Back to the inbox"), href=INBOX, variant="ghost"), class_name="row wrap",
                  style={"margin_top": "20px"}),
        on_submit=NoticeChoicesState.save, key=N.opened.to(str),
    )
