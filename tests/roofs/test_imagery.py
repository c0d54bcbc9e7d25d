"""Providers say what the map and the security policy need; the demonstration's tiles meet without a seam."""

import io
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from shapely.geometry import Polygon

from portal_app.demo.imagery import NoSuchTile, render_tile
from portal_app.demo.places import HALF_WORLD_M, HOUSE_WGS84, buildings, house_planes_wgs84, mercator
from portal_app.roofs.imagery import PROVIDERS, csp_hosts, provider, usable_providers
from portal_app.roofs.rules import check_roof


@pytest.mark.parametrize("row", PROVIDERS.values(), ids=lambda row: row.id)
def test_provider_tells_the_map_all_it_needs(row):
    basemap = row.basemap(google_key="key")
    assert {"id", "type", "url", "attribution", "max_zoom"} <= set(basemap)
    assert row.type != "wmts" or basemap["matrix_set"]
    assert row.type not in ("wms", "wmts") or basemap["layer"]
    assert ("key" in basemap) == row.needs_key


@pytest.mark.parametrize("row", PROVIDERS.values(), ids=lambda row: row.id)
def test_provider_is_own_or_open_over_https_and_named(row):
    if row.id == "demo":
        assert row.csp_hosts() == ()
        return
    (host,) = row.csp_hosts()
    assert urlsplit(host).scheme == "https"
    assert row.url.startswith(host)
    assert row.attribution or row.notice


def test_google_needs_the_key_of_the_company():
    google = provider("google")
    assert not google.is_usable()
    with pytest.raises(ValueError, match="key"):
        google.basemap()
    assert google.basemap("secret")["key"] == "secret"
    assert google.notice
    assert [row.id for row in usable_providers(["google", "pnoa", "unknown"])] == ["pnoa"]


def test_policy_lists_the_hosts_of_enabled_providers_only():
    assert csp_hosts(["demo"]) == ()
    assert csp_hosts(["demo", "pnoa", "pnoa", "google"]) == ("https://www.ign.es",)
    assert "https://tile.googleapis.com" in csp_hosts(["google"], "secret")


def tile_of(lon, lat, zoom):
    size_m = 2 * HALF_WORLD_M / 2**zoom
    x, y = mercator(lon, lat)
    return int((x + HALF_WORLD_M) / size_m), int((HALF_WORLD_M - y) / size_m)


def pixels(zoom, x, y):
    return np.asarray(Image.open(io.BytesIO(render_tile(zoom, x, y))).convert("RGB")).astype(int)


@pytest.mark.parametrize("zoom", range(14, 23))
def test_tiles_meet_without_a_seam(zoom):
    """Across a border neighbouring pixels differ no more than they do inside a tile."""
    x, y = tile_of(*HOUSE_WGS84, zoom)
    left, right, below = pixels(zoom, x, y), pixels(zoom, x + 1, y), pixels(zoom, x, y + 1)
    inside = np.abs(np.diff(left, axis=1)).mean(), np.abs(np.diff(left, axis=0)).mean()
    across = np.abs(left[:, -1] - right[:, 0]).mean(), np.abs(left[-1] - below[0]).mean()
    assert across[0] < inside[0] * 2 + 4
    assert across[1] < inside[1] * 2 + 4


def test_tile_is_a_png_of_256_pixels_and_always_the_same():
    x, y = tile_of(*HOUSE_WGS84, 20)
    first = render_tile(20, x, y)
    render_tile.cache_clear()
    assert render_tile(20, x, y) == first
    picture = Image.open(io.BytesIO(first))
    assert (picture.format, picture.size) == ("PNG", (256, 256))


@pytest.mark.parametrize("tile", [(13, 0, 0), (23, 0, 0), (20, -1, 0), (20, 0, 2**20), (20, 2**20, 0), (10**9, 0, 0)])
def test_tile_outside_the_world_is_refused(tile):
    with pytest.raises(NoSuchTile):
        render_tile(*tile)


def colour_at(lon, lat, zoom=21):
    x, y = tile_of(lon, lat, zoom)
    size_m = 2 * HALF_WORLD_M / 2**zoom
    east, north = mercator(lon, lat)
    column = int((east + HALF_WORLD_M - x * size_m) / size_m * 256)
    row = int((HALF_WORLD_M - north - y * size_m) / size_m * 256)
    return pixels(zoom, x, y)[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2].mean(axis=(0, 1))


def test_house_stands_where_its_planes_are():
    for ring in house_planes_wgs84().values():
        middle, (lon, lat) = Polygon(ring).centroid, ring[0]
        red, green, _ = colour_at((middle.x + lon) / 2, (middle.y + lat) / 2)
        assert red > green + 25


@pytest.mark.parametrize("building", buildings(), ids=lambda building: building.id)
def test_real_building_is_drawn_in_its_place(building):
    largest = max(building.planes, key=lambda plane: Polygon(plane.rings_wgs84[0]).area)
    inside = Polygon(largest.rings_wgs84[0], largest.rings_wgs84[1:]).point_on_surface()
    red, green, _ = colour_at(inside.x, inside.y)
    assert red > green - 8, "grass is greener than any roof"


def test_planes_of_the_demonstration_house_are_a_valid_roof():
    drawing = [
        {"id": name.replace(" ", "-"), "name": name, "ring": ring} for name, ring in house_planes_wgs84().items()
    ]
    check = check_roof(drawing, address_wgs84=HOUSE_WGS84)
    assert check.is_valid
    assert check.plan_area_m2 == pytest.approx(110.3, abs=0.5)


def test_tiles_are_served_and_kept_for_a_day():
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from portal_app.demo.imagery_routes import router

    app = FastAPI()
    app.include_router(router)
    client = TestClient(app)
    found = client.get("/imagery/demo/18/128294/98755.png")
    assert (found.status_code, found.headers["content-type"]) == (200, "image/png")
    assert found.headers["cache-control"] == "public, max-age=86400"
    for path in ("3/1/1", "99/1/1", "18/-1/1", "18/999999999/1"):
        assert client.get(f"/imagery/demo/{path}.png").status_code == 404
    assert client.get("/imagery/demo/18/a/1.png").status_code == 422
