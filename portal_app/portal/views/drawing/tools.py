"""Everything around the map but the list of planes: address bar, search, tools, the bar for lengths, help."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....config import settings
from ....ui import components as c
from ....ui.address_search import AddressSearch
from ....ui.drafting import focus_kept
from ....ui.i18n import number as localized
from ....ui.i18n import said, t, tn
from .map import MAP
from .state import DrawingState

AS_YOU_TYPE = settings.geocoder != "nominatim"  # its public server forbids searching while somebody types


def _id(name: str) -> dict[str, str]:
    return {"data-testid": name}


def head() -> rx.Component:
    """Back to the project, where the house is, and the two ways to find it."""
    state = DrawingState
    return rx.el.header(
        c.icon_link("chevron-left", t("Back to your project"), rx.Var.create(f"/home?project={state.project}"),
                    custom_attrs=_id("back-to-project")),
        rx.el.div(
            rx.el.b(rx.cond(state.street != "", state.street, t("Your house")), class_name="clip"),
            rx.cond(state.town != "", rx.el.span(state.town, class_name="tiny muted clip block")),
            class_name="grow", custom_attrs=_id("address")),
        rx.cond(
            state.stage == "draw",
            rx.fragment(
                c.icon_button("search", t("Search an address"), on_click=state.open_search, custom_attrs=_id("open-search")),
                c.icon_button("locate-fixed", t("Use my location"), on_click=state.locate, custom_attrs=_id("locate")))),
        class_name="float map-head",
    )


def search_panel() -> rx.Component:
    state = DrawingState
    status = rx.cond(
        state.search_error.id != "", said(state.search_error),
        rx.match(
            state.hit_count, (-1, ""),
            (0, t("Nothing found. Try the street and the town, or move the map to your house.")),
            tn("{n} place found", "{n} places found", state.hit_count)))
    return rx.el.div(
        focus_kept(),
        rx.el.div(
            AddressSearch.create(
                label=t("Street, number, town"), hits=state.hits, status=status, search_as_you_type=AS_YOU_TYPE,
                on_search=state.search, on_choose=state.choose_address, on_dismiss=state.close_search),
            c.icon_button("x", t("Close the search"), on_click=state.close_search),
            class_name="row top-aligned"),
        class_name="float map-search", role="search",
    )


def toolbar() -> rx.Component:
    state = DrawingState

    def tool(name: str, icon_name: str, label: Any, word: Any = None, is_on: Any = None, can: Any = True, **props) -> Any:
        pressed = {"aria_pressed": rx.cond(is_on, "true", "false")} if is_on is not None else {}
        disabled = {"aria_disabled": rx.cond(can, "false", "true")} if can is not True else {}
        words = [rx.el.span(word, class_name="tool-label")] if word is not None else []
        return rx.el.button(c.icon(icon_name), *words, type="button", class_name="iconbtn", title=label, aria_label=label,
                            custom_attrs=_id(f"tool-{name}"), **pressed, **disabled, **props)

    has_corners = state.corners > 0
    return rx.el.div(
        tool("draw", "pencil", t("Draw a plane"), t("Plane"), state.mode == "draw", on_click=state.set_mode("draw")),
        tool("edit", "mouse-pointer", t("Move corners"), t("Move"), state.mode == "edit", on_click=state.set_mode("edit")),
        rx.el.hr(),
        tool("undo", "undo", t("Undo"), can=state.can_undo | has_corners, on_click=state.undo),
        tool("redo", "redo", t("Redo"), can=state.can_redo, on_click=state.redo),
        tool("delete", "trash", t("Remove the selected plane"), can=(state.selected != "") | has_corners,
             on_click=state.delete),
        class_name="float map-tools", role="group", aria_label=t("Drawing tools"),
    )


def edge_bar() -> rx.Component:
    """Draws by numbers: the next edge has this length and turns this far to the right."""
    state = DrawingState
    errors = rx.Var.create(state.field_errors).to(dict)

    def number(name: str, label: Any, value: Any) -> rx.Component:
        # Without an id: Reflex would send the value a second time under it.
        return rx.el.input(
            name=name, type="text", input_mode="decimal", max_length=10, default_value=value,
            aria_label=label, aria_invalid=rx.cond(errors.contains(name), "true", "false"), aria_describedby="edge-error",
            class_name="input", custom_attrs=_id(f"edge-{name}"))

    return rx.el.form(
        rx.el.span(t("Next edge"), class_name="nowrap", aria_hidden="true"),
        number("length_m", t("Length of the next edge in metres"), localized(4.1, 2)),
        rx.el.span(t("m at"), class_name="muted nowrap", aria_hidden="true"),
        number("angle_deg", t("Turn to the right in degrees; for the first edge the direction, 0 is north"), "90"),
        rx.el.span("°", class_name="muted", aria_hidden="true"),
        c.button(t("Add"), variant="soft", size="s", type="submit", custom_attrs=_id("edge-add")),
        rx.el.p(
            rx.cond(errors.length() > 0,
                    t("A length up to 200 m and an angle up to 360°, such as 4.10 and 90."), ""),
            class_name="errtext", id="edge-error", role="alert"),
        on_submit=state.add_edge,
        class_name="float map-type",
    )


def no_picture() -> rx.Component:
    """The pictures do not come: take others, or draw by numbers."""
    state = DrawingState

    def other(row) -> rx.Component:
        return rx.cond(row.id != state.provider, c.button(row.name, variant="solid", on_click=state.choose_pictures(row.id)))

    return rx.el.section(
        focus_kept(MAP),
        rx.el.div(c.icon("image"), c.pill(t("No picture"), "bad"), class_name="row"),
        rx.el.h1(t("No aerial picture here")),
        rx.el.p(t("The picture service has nothing for this place. You can draw by lengths and angles all the same, or try "
                  "again later."), class_name="muted small"),
        rx.el.div(
            rx.foreach(state.providers, other),
            c.button(t("Draw without a picture"), variant=rx.cond(state.may_choose_pictures, "line", "solid"),
                     on_click=state.draw_without_pictures,
                     custom_attrs=_id("without-picture")),
            class_name="row wrap acts"),
        class_name="float coach", role="alert", custom_attrs=_id("no-picture"),
    )


def conflict_panel() -> rx.Component:
    """Two tabs or devices drew the same roof: nothing is lost, the person decides."""
    state = DrawingState
    return rx.el.section(
        focus_kept(MAP),
        c.pill(t("Two drawings"), "you"),
        rx.el.h1(t("Somebody drew in another window")),
        rx.el.p(t("Your roof was changed in another window or on another device. Which drawing do you want to keep? The "
                  "other one stays under Undo."), class_name="muted small"),
        rx.el.div(
            c.button(t("Keep this one"), variant="solid", on_click=state.keep_mine, custom_attrs=_id("keep-mine")),
            c.button(t("Show the other one"), on_click=state.take_other, custom_attrs=_id("take-other")),
            class_name="row wrap acts"),
        class_name="float coach", role="alertdialog", aria_label=t("Two drawings"), custom_attrs=_id("conflict"),
    )


def help_dialog() -> rx.Component:
    state = DrawingState

    def key(keys: str | rx.Var, what: Any) -> rx.Component:
        return rx.el.div(rx.el.dt(rx.el.kbd(keys)), rx.el.dd(what))

    return c.dialog(
        state.is_help_open, state.close_help, t("How to draw"),
        rx.el.p(t("Tap each corner of one roof side, then the first corner again. Drag a corner to move it, tap it twice to "
                  "take it away; drag the small dot on an edge to add one."), class_name="muted"),
        rx.el.h3(t("By keyboard, on the map")),
        rx.el.dl(
            key("← ↑ → ↓", t("Move the map under the cross; with Shift in small steps")),
            key("+ −", t("Zoom")),
            key(t("Space"), t("Set a corner; when moving, pick up a corner, or a new one on an edge, and put it down")),
            key(t("Enter"), t("Close the plane")),
            key("⌫", t("Take the last corner away; when moving, the one under the cross")),
            key("Esc", t("Cancel")),
            key(t("Del"), t("Remove the selected plane")),
            key(t("Ctrl Z"), t("Undo; with Shift redo")),
            class_name="keys"),
        rx.el.p(t("Or type length and angle of each edge in the bar below the map."), class_name="muted small"),
        close_label=t("Close"), id="drawing-help",
    )
