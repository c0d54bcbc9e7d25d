"""The map on which roofs are drawn and shown: OpenLayers behind one small component.

The map only translates between fingers and data. `features` is taken when `revision` grows, never otherwise, so nothing
echoes; `on_change` tells the revision that it was drawn on, so that a late one can be dropped.
"""

from typing import Any

import reflex as rx

from .beside import beside

_jsx = beside(__name__, __file__, "roof_map.jsx")
for _module in ("roof_geometry.js", "roof_map_imagery.js", "roof_map_styles.js", "roof_map.css"):
    beside(__name__, __file__, _module)  # imported by the component, so it must lie beside it


def _change(features: rx.Var[dict], about: rx.Var[dict]) -> tuple[rx.Var[dict], rx.Var[dict]]:
    return features, about


class _RoofMap(rx.NoSSRComponent):
    library = _jsx.importable_path
    tag = "RoofMap"
    lib_dependencies: list[str] = ["ol@10.11.0"]

    features: rx.Var[dict[str, Any]]
    revision: rx.Var[int]
    statuses: rx.Var[dict[str, Any]]
    annotations: rx.Var[dict[str, Any]]
    basemap: rx.Var[dict[str, Any]]
    center: rx.Var[list[float]]
    zoom: rx.Var[float]
    mode: rx.Var[str]
    draw_kind: rx.Var[str]
    selected: rx.Var[str]
    command: rx.Var[dict[str, Any]]
    labels: rx.Var[dict[str, str]]
    locale: rx.Var[str]
    read_only: rx.Var[bool]

    on_change: rx.EventHandler[_change]
    on_select: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_request: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_drawing: rx.EventHandler[rx.event.passthrough_event_spec(int)]
    on_locate: rx.EventHandler[rx.event.passthrough_event_spec(dict)]
    on_imagery_failed: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def roof_map(labels: dict[str, Any], *below_zoom: rx.Component, **props: Any) -> rx.Component:
    """The roof map. Fills its parent, which must have a height; its bubble and buttons take the classes
    of styles/map.css (`float map-error`, `float map-zoom`, `iconbtn`). `below_zoom` are more buttons for the zoom panel.
    The CSS variable `--map-clear` (top right bottom left, in px or, up to 1, as a share) says what panels cover.

    Props
        features        FeatureCollection of polygons in WGS84; `id`, `kind` (plane), `name`, `tilt_deg`
        revision        grows whenever `features` was changed in Python
        statuses        id → {"state": "ok" | "error"}
        annotations     points: `kind` error (`title`, `text`, `feature_id`), address, note (`text`)
        basemap         `ImageryProvider.basemap()` of roofs/imagery.py
        center, zoom    [lon, lat]; the map goes there whenever one of them changes
        mode            draw, edit or pan;  read_only: shows, never changes, takes the wheel only when focused
        draw_kind       `kind` of what is drawn next
        selected        id of the plane with handles and lengths
        command         {"count": n, "name": …}, run whenever count grows: edge (length_m, angle_deg: turn to the right,
                        compass bearing for the first edge), corner (lon, lat), undo_corner, finish, cancel, locate, fit
        labels          map, help, zoom_in, zoom_out, first_corner_set ({n}), corner_set ({n}, {length}),
                        corner_removed, too_few_corners, plane_closed, cancelled, picked_up, no_corner_near, put_down,
                        corner_taken, corner_added
        locale          language tag for numbers

    Events
        on_change       (FeatureCollection, {"reason": "draw" | "modify", "feature_id", "revision"})
        on_select       id of the plane that was tapped, or ""
        on_request      "undo" | "redo" | "delete" by keyboard
        on_drawing      number of corners of the plane being drawn
        on_locate       {"found", "lon", "lat", "accuracy_m"} or {"found": False, "reason"}
        on_imagery_failed   id of the provider of which no picture came
    """
    return _RoofMap.create(*below_zoom, labels=labels, **props)
