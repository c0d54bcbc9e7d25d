"""Buttons and links.

    button(*children, variant="line", size="m", full=False, busy=False, blocked=False, type="button", **props)
    submit_button(*children, variant="solid", size="big", busy=False, **props)
    link_button(*children, href, variant="line", size="m", full=False, plain=False, **props)
    icon_button(name, label, dot=False, **props)          44 px, `label` is read aloud and is the tooltip
    icon_link(name, label, href, dot=False, plain=False, **props)
    text_link(*children, href, back=False, plain=False, **props)   with `back` an arrow stands before it
    text_button(*children, **props)
    plain_link(*children, href, **props)                  an <a> that the browser follows itself, no style of its own

Links go through the page's router. What is not a page (a PDF, a download, /sign-out, a place on the same page "#cups")
needs `plain=True`, or `plain_link`: the router would look for a page of that name.

variant: solid (once per screen), soft (next best), line (neutral), ghost (leaving), own (ghost in the brand's colour),
bad (destroys), sun (on dark bars). size: s, m, big. Children are texts and icons in reading order.
`blocked` greys the button but leaves it reachable, so say why beside it (`aria_describedby="why"`); give no `on_click`
work to it, the handler must refuse anyway.
"""

from typing import Any, Literal

import reflex as rx
from reflex_components_core.el.elements.inline import A

from .icons import icon
from .words import Content, Flag, Text, chosen, classes, yes_no

Variant = Literal["solid", "soft", "line", "ghost", "own", "bad", "sun"]
ButtonSize = Literal["s", "m", "big"]

_VARIANTS = {"own": "ghost own"}
_SIZES = {"s": "sm", "m": "", "big": "big"}


def _button_class(variant: Variant | rx.Var[str], size: ButtonSize, full: bool, more: str | rx.Var[str]):
    named = variant if isinstance(variant, rx.Var) else _VARIANTS.get(variant, variant)
    return classes("btn", named, _SIZES[size], "full" if full else "", more)


def button(
    *children: Content,
    variant: Variant | rx.Var[str] = "line",
    size: ButtonSize = "m",
    full: bool = False,
    busy: Flag = False,
    blocked: Flag = False,
    type: Literal["button", "submit", "reset"] = "button",
    class_name: str | rx.Var[str] = "",
    **props: Any,
) -> rx.Component:
    """A button. While `busy` it keeps its place and says so; a second click is stopped."""
    if busy is not False:
        props["aria_busy"] = yes_no(busy)
        props["disabled"] = busy
    if blocked is not False:
        props["aria_disabled"] = yes_no(blocked)
    return rx.el.button(*children, type=type, class_name=_button_class(variant, size, full, class_name), **props)


def submit_button(
    *children: Content, variant: Variant | rx.Var[str] = "solid", size: ButtonSize = "big", busy: Flag = False,
    **props: Any,
) -> rx.Component:
    """The button that sends the form it stands in."""
    return button(*children, variant=variant, size=size, busy=busy, type="submit", **props)


def link_button(
    *children: Content,
    href: Text,
    variant: Variant = "line",
    size: ButtonSize = "m",
    full: bool = False,
    plain: bool = False,
    class_name: str | rx.Var[str] = "",
    **props: Any,
) -> rx.Component:
    """A link that looks like a button. It leads somewhere; what changes something is a `button`."""
    return _link(plain)(*children, href=href, class_name=_button_class(variant, size, full, class_name), **props)


def _link(plain: bool) -> Any:
    return A.create if plain else rx.el.a


def plain_link(*children: Content, href: Text, **props: Any) -> rx.Component:
    """A link that the browser follows itself: downloads, addresses of the server, places on the same page."""
    return A.create(*children, href=href, **props)


def icon_button(
    name: str,
    label: Text,
    dot: Flag = False,
    size: Literal["s", "m"] = "m",
    class_name: str | rx.Var[str] = "",
    **props: Any,
) -> rx.Component:
    """A button that shows only an icon. `dot` marks that there is news behind it."""
    return rx.el.button(
        icon(name, size),
        type="button",
        aria_label=label,
        title=label,
        class_name=classes("iconbtn", chosen(dot, "dot"), class_name),
        **props,
    )


def icon_link(
    name: str, label: Text, href: Text, dot: Flag = False, plain: bool = False,
    class_name: str | rx.Var[str] = "", **props: Any,
) -> rx.Component:  # fmt: skip
    return _link(plain)(
        icon(name),
        href=href,
        aria_label=label,
        title=label,
        class_name=classes("iconbtn", chosen(dot, "dot"), class_name),
        **props,
    )


def text_link(
    *children: Content, href: Text, back: bool = False, plain: bool = False, class_name: str = "", **props: Any
) -> rx.Component:
    before = [icon("chevron-left", "s")] if back else []
    return _link(plain)(
        *before, *children, href=href, class_name=classes("link", "back" if back else "", class_name), **props
    )


def text_button(*children: Content, class_name: str = "", **props: Any) -> rx.Component:
    return rx.el.button(*children, type="button", class_name=classes("link", class_name), **props)
