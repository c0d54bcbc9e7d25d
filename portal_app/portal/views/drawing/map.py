"""The map with all that it says."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import VarData

from ....ui import components as c
from ....ui.i18n import current_language, said_with_numbers, t
from ....ui.roof_map import roof_map
from .state import DrawingState

MAP = "roof-map"  # where the reader goes on when a panel in front of it goes


def map_labels() -> dict[str, Any]:
    """What the map says to screen readers; the map itself fills in the numbers."""
    return {
        "map": t("Map with your roof"),
        "help": t("Arrow keys move the map. While drawing, space sets a corner in the middle, Enter closes the plane, "
                  "Backspace takes the last corner away. While moving, space picks up the nearest corner, or a new one "
                  "on an edge, and puts it down again; Backspace takes it away. The list beside the map has all planes."),
        "zoom_in": t("Zoom in"),
        "zoom_out": t("Zoom out"),
        "first_corner_set": t("First corner set"),
        "corner_set": t("Corner {n} set, edge {length}", length="{length}"),
        "corner_removed": t("Last corner removed"),
        "too_few_corners": t("A plane needs three corners"),
        "plane_closed": t("Plane closed"),
        "cancelled": t("Cancelled"),
        "picked_up": t("Corner picked up. Move the map, then press space"),
        "no_corner_near": t("There is no corner in the middle. Move the map to one"),
        "put_down": t("Corner put down"),
        "corner_taken": t("Corner taken away"),
        "corner_added": t("New corner picked up. Move the map, then press space"),
    }  # fmt: skip


def _error_points() -> rx.Var[dict]:
    """Problems as points for the map, worded in the reader's language."""
    problems = rx.Var.create(DrawingState.problems)
    mark = rx.Var("mark", _var_type=dict)
    title, text = (said_with_numbers(rx.Var(f"{mark}[{key!r}]", _var_type=dict)) for key in ("title", "advice"))
    expression = (
        f'({{type: "FeatureCollection", features: {problems}.map((mark) => ({{type: "Feature", geometry: '
        f'{{type: "Point", coordinates: [mark["lon"], mark["lat"]]}}, properties: {{kind: "error", '
        f'feature_id: mark["plane_id"], title: {title}, text: {text}}}}}))}})'
    )
    data = VarData.merge(problems._get_all_var_data(), title._get_all_var_data(), text._get_all_var_data())
    return rx.Var(_js_expr=expression, _var_type=dict, _var_data=data).to(dict)


def drawing_map() -> rx.Component:
    state = DrawingState
    return roof_map(
        map_labels(),
        rx.cond(state.may_choose_pictures, rx.fragment(rx.el.hr(), _layers())),
        rx.cond(
            state.stage == "draw",
            rx.fragment(rx.el.hr(), c.icon_button(
                "info", t("How to draw"), on_click=state.open_help, custom_attrs={"data-testid": "open-help"}))),
        id=MAP,
        features=state.features,
        revision=state.revision,
        statuses=state.statuses,
        annotations=_error_points(),
        basemap=state.basemap,
        center=state.center,
        zoom=state.zoom,
        mode=state.mode,
        draw_kind="plane",
        selected=state.selected,
        command=state.command,
        locale=current_language,
        read_only=state.stage != "draw",
        on_change=state.change,
        on_select=state.select,
        on_request=state.request,
        on_drawing=state.count_corners,
        on_locate=state.located,
        on_imagery_failed=state.pictures_failed,
    )


def _layers() -> rx.Component:
    state = DrawingState

    def choice(row) -> rx.Component:
        return rx.el.button(row.name, type="button", class_name="menu-item", on_click=state.choose_pictures(row.id),
                            aria_pressed=rx.cond(row.id == state.provider, "true", "false"))

    return c.menu(c.icon("layers"), rx.foreach(state.providers, choice), label=t("Other pictures"))
