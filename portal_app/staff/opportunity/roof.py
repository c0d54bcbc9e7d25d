"""The roof of a project as staff see it: the planes on the map, and their measures."""

from __future__ import annotations

from typing import Any

import reflex as rx
from pydantic import BaseModel

from ...config import settings
from ...roofs.imagery import ImageryProvider, usable_providers
from ...roofs.rules import MeasuredPlane
from ...roofs.service import RoofView
from ...ui import components as c
from ...ui.i18n import current_language, moment, number, t, tn
from ...ui.roof_map import roof_map

ZOOM = 19.0


class PlaneLine(BaseModel):
    name: str
    plan_area_m2: float
    true_area_m2: float | None = None
    tilt_deg: float | None = None
    has_tilt: bool = False
    edges_m: list[float] = []


class RoofCard(BaseModel):
    """Nothing was drawn while `version` is 0."""

    version: int = 0
    planes: list[PlaneLine] = []
    plan_area_m2: float = 0
    true_area_m2: float | None = None
    submitted_at: str = ""
    submitted_by: str = ""
    features: dict[str, Any] = {}
    basemap: dict[str, Any] = {}
    center: list[float] = [0, 0]


def roof_card_of(roof: RoofView | None) -> RoofCard:
    """What the card shows of a roof that was sent."""
    if roof is None:
        return RoofCard()
    lon, lat = roof.planes[0].centroid_wgs84
    shown = next((row for row in usable_providers(settings.imagery_providers, settings.imagery_key)
                  if _covers(row, lon, lat)), None)
    return RoofCard(
        version=roof.version, plan_area_m2=roof.plan_area_m2, true_area_m2=roof.true_area_m2,
        planes=[_line(plane, number) for number, plane in enumerate(roof.planes, 1)],
        submitted_at=roof.submitted_at.isoformat(), submitted_by=roof.submitted_by, features=roof.as_features(),
        basemap=shown.basemap(settings.imagery_key) if shown else {}, center=[lon, lat])


def _line(plane: MeasuredPlane, number: int) -> PlaneLine:
    return PlaneLine(
        name=plane.name or str(number), plan_area_m2=plane.plan_area_m2, true_area_m2=plane.true_area_m2,
        tilt_deg=plane.tilt_deg, has_tilt=plane.tilt_deg is not None, edges_m=list(plane.edge_lengths_m))


def _covers(provider: ImageryProvider, lon: float, lat: float) -> bool:
    box = provider.covers_wgs84
    return box is None or (box[0] <= lon <= box[2] and box[1] <= lat <= box[3])


def _area(square_metres: Any) -> rx.Component:
    return rx.el.span(number(square_metres, 1), "\u00a0m²", class_name="nowrap")


def roof_card(roof: RoofCard) -> rx.Component:
    """The map is loaded only where there is a roof."""

    def plane(line: PlaneLine) -> rx.Component:
        edges = rx.foreach(line.edges_m, lambda edge, place: rx.fragment(rx.cond(place > 0, " · ", ""), number(edge, 2)))
        slope = rx.fragment(_area(line.true_area_m2), " ", t("on the slope"), " · ", number(line.tilt_deg), "°")
        return rx.el.li(
            c.list_row(
                rx.el.div(
                    rx.el.b(t("Plane {name}", name=line.name)),
                    rx.cond(line.has_tilt, rx.el.span(slope, class_name="tiny muted block")),
                    rx.el.span(t("Edges"), " ", edges, " m", class_name="tiny muted block"), class_name="grow"),
                rx.el.b(_area(line.plan_area_m2), class_name="num")),
            custom_attrs={"data-testid": "roof-plane"},
        )

    labels = {
        "map": t("Map with the roof"), "help": t("The arrow keys move the map, plus and minus zoom."),
        "zoom_in": t("Closer"), "zoom_out": t("Farther"),
    }
    drawn = rx.fragment(
        rx.el.link(rel="stylesheet", href="/styles/map.css"),
        rx.el.div(
            roof_map(labels, features=roof.features, revision=roof.version, basemap=roof.basemap, center=roof.center,
                     zoom=ZOOM, command={"count": roof.version, "name": "fit"}, mode="pan", read_only=True,
                     locale=current_language),
            class_name="thumb-map roof-card-map"),
        rx.el.dl(
            rx.el.div(rx.el.dt(t("Seen from above")), rx.el.dd(
                _area(roof.plan_area_m2), custom_attrs={"data-testid": "roof-area"})),
            rx.cond(roof.true_area_m2, rx.el.div(rx.el.dt(t("On the slope")), rx.el.dd(_area(roof.true_area_m2)))),
            class_name="measures",
        ),
        rx.el.ul(rx.foreach(roof.planes, plane), aria_label=t("Planes of the roof")),
        rx.el.p(t("Sent by {name}, {moment}", name=roof.submitted_by, moment=moment(roof.submitted_at)),
                class_name="tiny muted"),
    )
    return c.card(
        c.card_head(t("Roof"), rx.cond(roof.version > 1, c.pill(tn("{n} version", "{n} versions", roof.version))),
                    id="roof"),
        rx.cond(roof.version > 0, drawn, rx.el.p(t("No roof has been sent yet."), class_name="small muted")),
        aria_labelledby="roof", custom_attrs={"data-testid": "roof"},
    )
