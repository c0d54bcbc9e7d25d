"""Cards, pills, messages, lists, tables: what holds things and says how they stand. No texts inside, callers give them.

card(*children, pad=True, tag="section")        card_head(title, *actions, id=None)
finish(title, *body, testid)                    thanks, in the place of what was sent
pill(text, kind="neutral", icon_name=None)      you (sun), us (brand), other, overdue (red), ok, bad, neutral
note(kind, title, *body, role=None)             info, ok, sun (attention), bad (role=alert)
empty_state(icon_name, title, text, *actions)   picture=… instead of an icon; kind="bad" for errors
skeleton(width, height, radius=None)            skeleton_card(height)   loading(label, *blocks)
progress_bar(percent, label, large=False)
tile(icon_name, title, text, href, dot=False)   list_row(*children, href=None)
avatar(initials, large=False)
key_values([(term, value), …])                  facts([(icon, text parts…), …])
page_head(title, text=None, *aside)             breadcrumb(label, [(text, href or None), …])
tabs(label, [(key, text, count or None), …], selected, on_select)  and  tab_panel(key, *children, label)
nav_tabs(label, [(text, href, current), …])     the same look as links
table(caption, [header | (header, "r")], body)  table_row(*cells)  cell(content, label, right=False, wide=False)
row_link(text, href)
pagination(label, text, previous_label, next_label, on_previous, on_next, has_previous, has_next)
table turns into cards under 720 px: the label of each cell then stands before it; the first cell is the title.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import reflex as rx

from .behaviour import FromTheTop, TabList
from .buttons import icon_button
from .icons import icon
from .scene import sun_tick
from .words import Content, Event, Flag, Text, chosen, classes, is_given, picked, yes_no

PillKind = Literal["you", "us", "other", "overdue", "ok", "bad", "neutral"]
NoteKind = Literal["info", "ok", "sun", "bad"]

_NOTE_ICONS = {"info": "info", "ok": "circle-check", "sun": "clock-alert", "bad": "alert-circle"}


def card(
    *children: Content, pad: bool = True, tag: Literal["section", "div", "article"] = "section",
    class_name: str | rx.Var[str] = "", **props: Any,
) -> rx.Component:  # fmt: skip
    make = {"section": rx.el.section, "div": rx.el.div, "article": rx.el.article}[tag]
    return make(*children, class_name=classes("card", "pad" if pad else "", class_name), **props)


def finish(title: Text, *body: Content, testid: str) -> rx.Component:
    """Takes the place of what was just sent: thanks, and what comes."""
    return card(sun_tick(), rx.el.h1(title), *body, FromTheTop.create(), tag="div", pad=False, class_name="finish",
                role="status", custom_attrs={"data-testid": testid})


def card_head(title: Text, *actions: Content, id: str | None = None) -> rx.Component:
    """The title of a card with its actions at the right."""
    heading = rx.el.h2(title, id=id) if id else rx.el.h2(title)
    aside = [rx.el.div(*actions, class_name="row")] if actions else []
    return rx.el.div(heading, *aside, class_name="card-head")


def pill(text: Text, kind: PillKind | rx.Var[str] = "neutral", icon_name: str | None = None) -> rx.Component:
    """A short state in words; the colour only helps."""
    before = [icon(icon_name, "s")] if icon_name else []
    return rx.el.span(*before, text, class_name=classes("pill", kind))


def note(
    kind: NoteKind | rx.Var[str], title: Text | None, *body: Content, icon_name: str | None = None, **props: Any
) -> rx.Component:
    """A message where it belongs. Give `role="status"` or `role="alert"` when it appears after something was done."""
    if icon_name or not isinstance(kind, rx.Var):
        sign = icon(icon_name or _NOTE_ICONS[str(kind)])
    else:
        sign = rx.match(kind, *((given, icon(name)) for given, name in _NOTE_ICONS.items()), icon("info"))
    words = [rx.el.b(title), *([" "] if body else [])] if is_given(title) else []
    return rx.el.div(sign, rx.el.div(*words, *body), class_name=classes("note", kind), **props)


def empty_state(
    icon_name: str, title: Text, text: Text | None = None, *actions: Content,
    picture: rx.Component | None = None, kind: Literal["", "bad", "ok"] = "", heading: Literal["h1", "h2"] = "h2",
    **props: Any,
) -> rx.Component:  # fmt: skip
    """What is not here, why, and what to do about it."""
    sign = picture if picture is not None else rx.el.span(icon(icon_name), class_name=classes("ico", kind))
    make = rx.el.h1 if heading == "h1" else rx.el.h2
    return rx.el.div(
        sign,
        make(title),
        *([rx.el.p(text)] if is_given(text) else []),
        *([rx.el.div(*actions, class_name="acts")] if actions else []),
        class_name="card empty",
        **props,
    )


def skeleton(width: str = "100%", height: str = "16px", radius: str | None = None, margin: str = "0") -> rx.Component:
    style = {"width": width, "maxWidth": "100%", "height": height, "margin": margin}
    return rx.el.span(class_name="sk", **_styled(style | ({"borderRadius": radius} if radius else {})))


def _styled(style: dict[str, Any]) -> dict[str, Any]:
    """Inline style as an attribute; Reflex's own `style` makes a style sheet by script."""
    # As one Var: what stands inside of a plain dictionary would not bring the state that it needs.
    return {"custom_attrs": {"style": rx.Var.create(style)}}


def skeleton_card(height: str = "200px") -> rx.Component:
    return rx.el.span(class_name="sk card-sk", **_styled({"height": height}))


def loading(label: Text, *blocks: rx.Component, class_name: str = "") -> rx.Component:
    """Blocks in the places of what is coming; `label` tells it to screen readers."""
    return rx.el.div(
        rx.el.span(label, class_name="vh", role="status"), *blocks, aria_busy="true", class_name=class_name
    )


def progress_bar(percent: int | rx.Var[int], label: Text, large: bool = False) -> rx.Component:
    width = rx.Var.create(f"{percent}%")
    return rx.el.div(
        rx.el.span(**_styled({"width": width})),
        role="progressbar",
        aria_label=label,
        custom_attrs={"aria-valuenow": percent, "aria-valuemin": 0, "aria-valuemax": 100},
        class_name="bar l" if large else "bar",
    )


def tile(
    icon_name: str | rx.Component, title: Text, text: Text | None, href: Text, dot: Flag = False, **props: Any
) -> rx.Component:
    sign = icon_name if isinstance(icon_name, rx.Component) else icon(icon_name)
    return rx.el.a(
        rx.el.span(sign, class_name="ico"),
        rx.el.span(
            rx.el.b(title), *([rx.el.span(text, class_name="tiny")] if is_given(text) else []), class_name="grow"
        ),
        href=href,
        class_name=classes("tile", chosen(dot, "dot")),
        **props,
    )


def list_row(*children: Content, href: Text | None = None, **props: Any) -> rx.Component:
    if href is None:
        return rx.el.div(*children, class_name="list-row", **props)
    return rx.el.a(*children, href=href, class_name="list-row", **props)


def avatar(initials: Text, large: bool = False) -> rx.Component:
    """Initials in a circle, beside the name that they stand for."""
    # The letters are drawn by the style sheet: as text they would have to be part of the spoken name around them.
    return rx.el.span(class_name=classes("avatar", "lg" if large else "", _tint_of(rx.Var.create(initials))),
                      custom_attrs={"data-initials": initials}, aria_hidden="true")


def _tint_of(initials: rx.Var) -> rx.Var[str]:
    """One of four; somebody has the same everywhere."""
    letters = f'"abcd"[({initials!s} || "A").charCodeAt(0) % 4]'
    return rx.Var(letters, _var_type=str, _var_data=initials._get_all_var_data()).to(str)


def key_values(pairs: Iterable[tuple[Text, Content]]) -> rx.Component:
    return rx.el.dl(*(rx.el.div(rx.el.dt(term), rx.el.dd(value)) for term, value in pairs), class_name="kv words")


def facts(*rows: tuple[str, Content] | rx.Component) -> rx.Component:
    """Two or three facts under the current step: an icon and a sentence whose weight is on `rx.el.b`."""
    return rx.el.ul(
        *(
            row if isinstance(row, rx.Component) else rx.el.li(icon(row[0]), rx.el.span(row[1]))
            for row in rows
        ),
        class_name="facts",
    )  # fmt: skip


def page_head(title: Content, text: Content | None = None, *aside: Content) -> rx.Component:
    words = [rx.el.p(text)] if is_given(text) else []
    return rx.el.div(rx.el.div(rx.el.h1(title), *words), *aside, class_name="page-head")


def breadcrumb(label: Text, places: Sequence[tuple[Text, Text | None]]) -> rx.Component:
    """Where one is; a place without an address is the present one."""
    steps = []
    for number, (text, href) in enumerate(places):
        sign = [icon("chevron-right", "s")] if number else []
        if href is not None:
            name = rx.el.a(text, href=href)
        else:
            name = rx.el.span(text, aria_current="page", class_name="clip")
        steps.append(rx.el.li(*sign, name))
    return rx.el.nav(rx.el.ol(*steps), aria_label=label, class_name="crumb grow")


def tabs(
    label: Text, entries: Sequence[tuple[str, Text, Any]], selected: Text, on_select: Event, id: str = "tab"
) -> rx.Component:
    """Tabs of one panel: arrows, Home and End move between them. `on_select(key)` changes what `selected` holds."""
    heads = []
    for key, text, count in entries:
        is_on = selected == key
        heads.append(
            rx.el.button(
                text,
                *([rx.el.span(count, class_name="count")] if count is not None else []),
                type="button",
                role="tab",
                id=f"{id}-{key}",
                aria_selected=yes_no(is_on),
                aria_controls=f"{id}-{key}-panel",
                tab_index=rx.cond(is_on, 0, -1) if isinstance(is_on, rx.Var) else (0 if is_on else -1),
                on_click=on_select(key),
            )
        )
    return TabList.create(*heads, label=label, class_name="tabs")


def tab_panel(key: str, *children: Content, id: str = "tab", class_name: str = "") -> rx.Component:
    return rx.el.div(
        *children,
        role="tabpanel",
        id=f"{id}-{key}-panel",
        aria_labelledby=f"{id}-{key}",
        class_name=class_name,
    )


def nav_tabs(label: Text, entries: Sequence[tuple[Text, Text, Flag]]) -> rx.Component:
    """Links that look like tabs; the current one is marked."""
    links = [rx.el.a(text, href=href, **_current(current)) for text, href, current in entries]
    return TabList.create(*links, label=label, role="navigation", class_name="tabs")


def _current(current: Flag) -> dict[str, Any]:
    if isinstance(current, rx.Var):
        return {"aria_current": rx.cond(current, "page", rx.Var("undefined"))}
    return {"aria_current": "page"} if current else {}


def table(
    caption: Text, headers: Sequence[Text | tuple[Content, str]], *body: rx.Component, cards: bool = True
) -> rx.Component:
    """Rows on a wide screen, cards on a phone. `body` is rows or one foreach of rows."""
    heads = [
        rx.el.th(head[0], scope="col", role="columnheader", class_name=head[1])
        if isinstance(head, tuple)
        else rx.el.th(head, scope="col", role="columnheader")
        for head in headers
    ]
    return rx.el.table(
        rx.el.caption(caption, class_name="vh"),
        rx.el.thead(rx.el.tr(*heads, role="row"), role="rowgroup"),
        rx.el.tbody(*body, role="rowgroup"),
        # A table that is shown as blocks stays one for screen readers only when the roles are written out.
        role="table",
        class_name=classes("tbl", "cards" if cards else ""),
    )


def table_row(*cells: rx.Component, **props: Any) -> rx.Component:
    return rx.el.tr(*cells, role="row", **props)


def cell(*content: Content, label: Text = "", right: bool = False, wide: bool = False, class_name: str = "") -> rx.Component:
    """`wide` cells are left out on a phone: what is not needed to choose a row."""
    names = classes("r" if right else "", "wide" if wide else "", class_name)
    return rx.el.td(*content, role="cell", class_name=names, custom_attrs={"data-label": label})


def row_link(text: Text, href: Text, **props: Any) -> rx.Component:
    """The link of a row; a click anywhere in the row follows it."""
    return rx.el.a(text, href=href, class_name="rowlink", **props)


def pagination(
    label: Text, text: Text, previous_label: Text, next_label: Text,
    on_previous: Event, on_next: Event, has_previous: Flag, has_next: Flag,
) -> rx.Component:  # fmt: skip
    """`text` says where one is ("21 to 40 of 312")."""

    def step(name: str, words: Text, event: Event, possible: Flag) -> rx.Component:
        stopped = ~possible if isinstance(possible, rx.Var) else not possible
        return icon_button(name, words, on_click=event, disabled=stopped)

    return rx.el.nav(
        rx.el.span(text, role="status"),
        rx.el.div(
            step("chevron-left", previous_label, on_previous, has_previous),
            step("chevron-right", next_label, on_next, has_next),
            class_name="row",
        ),
        aria_label=label,
        class_name="pager",
    )


def status_class(status: Any) -> Any:
    """done, current or next, as the process pieces name their classes."""
    return picked(status, {"done": "done", "current": "current"}, "next")
