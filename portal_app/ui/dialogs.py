"""What floats above the page: dialogs, menus, bars at the foot.

    dialog(open, on_dismiss, title, *children, close_label, id, lead=None, tag=None, wide=False)
        native modal; a sheet on the phone; Esc, the cross and a click beside it call `on_dismiss`; focus returns
    dialog_actions(*buttons)         dialog_sum(title, text, amount)        dialog_legal(text)
    menu(trigger, *items, label=None, trigger_class="iconbtn", left=False)
        closes after a choice, on Esc and elsewhere; `label` when the trigger has no words
    menu_item(text, icon_name=None, href=None, on_click=None, bad=False, current=False)
    unsaved_bar(shown, title, what, discard, save)   discard and save are buttons (save: variant="sun")
    saved_bar(text)                  submit_bar(message, *buttons, label)   price_bar(amount, text, button)

Dialogs are only for what binds or destroys.
"""

from typing import Any

import reflex as rx

from .behaviour import Dialog, Menu
from .buttons import icon_button
from .drafting import focus_kept
from .icons import icon
from .surfaces import pill
from .words import Content, Event, Flag, Text, classes, is_given


def dialog(
    open: Flag,
    on_dismiss: Event,
    title: Text,
    *children: Content,
    close_label: Text,
    id: str = "dialog",
    lead: Text | None = None,
    tag: Text | None = None,
    wide: bool = False,
) -> rx.Component:
    """A modal dialog that is open while `open` is true. The legal button text stands alone on its button."""
    return Dialog.create(
        rx.el.div(
            pill(tag) if is_given(tag) and tag is not None else rx.el.span(),
            icon_button("x", close_label, on_click=on_dismiss),
            class_name="dialog-top",
        ),
        rx.el.h2(title, id=f"{id}-title"),
        *([rx.el.p(lead, class_name="muted")] if is_given(lead) else []),
        *children,
        open=open,
        on_dismiss=on_dismiss,
        labelledby=f"{id}-title",
        class_name="wide" if wide else "",
    )


def dialog_actions(*buttons: rx.Component) -> rx.Component:
    return rx.el.div(*buttons, class_name="acts")


def dialog_sum(title: Text, text: Text, amount: Text) -> rx.Component:
    """What is being decided on, with its price."""
    return rx.el.div(
        rx.el.span(rx.el.b(title, class_name="block"), rx.el.span(text, class_name="tiny muted")),
        rx.el.b(amount, class_name="num"),
        class_name="dialog-sum",
    )


def dialog_legal(text: Content) -> rx.Component:
    return rx.el.p(text, class_name="legal")


def menu(
    trigger: rx.Component,
    *items: rx.Component,
    label: Text | None = None,
    trigger_class: str = "iconbtn",
    left: bool = False,
    class_name: str = "",
) -> rx.Component:
    named = {"label": label} if label is not None else {}
    return Menu.create(
        *items,
        trigger=trigger,
        trigger_class=trigger_class,
        class_name=classes("menu-anchor", "left" if left else "", class_name),
        **named,
    )


def menu_item(
    text: Text,
    icon_name: str | None = None,
    href: Text | None = None,
    on_click: Event = None,
    bad: bool = False,
    current: Flag = False,
    **props: Any,
) -> rx.Component:
    parts: list[Content] = [*([icon(icon_name)] if icon_name else []), rx.el.span(text, class_name="grow")]
    if isinstance(current, rx.Var):
        props["aria_current"] = rx.cond(current, "true", rx.Var("undefined"))
    elif current:
        props["aria_current"] = "true"
    style = classes("menu-item", "bad" if bad else "")
    if href is not None:
        return rx.el.a(*parts, href=href, class_name=style, **props)
    return rx.el.button(*parts, type="button", on_click=on_click, class_name=style, **props)


def unsaved_bar(shown: Flag, title: Text, what: Text, discard: rx.Component, save: rx.Component) -> rx.Component:
    """Names the changes that are not saved, in the opposite tone of the page."""
    bar = rx.el.div(
        focus_kept(),
        rx.el.span(class_name="sun-dot"),
        rx.el.b(title, " ", rx.el.span(what, class_name="what"), class_name="grow"),
        discard,
        save,
        class_name="unsaved",
        role="status",
    )
    if isinstance(shown, rx.Var):
        return rx.cond(shown, bar)
    return bar if shown else rx.fragment()


def saved_bar(text: Text) -> rx.Component:
    return rx.el.div(icon("circle-check"), rx.el.span(text), class_name="unsaved done", role="status")


def submit_bar(message: Content, *buttons: rx.Component, label: Text) -> rx.Component:
    """Stays at the foot, counts and links what is missing; its last button is the main one, solid once complete."""
    return rx.el.section(
        rx.el.div(message, class_name="miss", role="status"),
        rx.el.div(*buttons, class_name="acts"),
        aria_label=label,
        class_name="foot-bar",
    )


def price_bar(amount: Text, text: Text, action: rx.Component, label: Text) -> rx.Component:
    """What is chosen and its price, always in sight."""
    return rx.el.section(
        rx.el.div(
            rx.el.b(amount, class_name="sum"), rx.el.span(text, class_name="tiny muted clip block"), class_name="grow"
        ),
        action,
        aria_label=label,
        class_name="foot-bar buy",
    )
