"""Where the house is and on which pictures it is seen: the map's view, imagery, address search, the device's location."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import reflex as rx
from pydantic import BaseModel

from ....access.actors import CUSTOMER
from ....config import settings
from ....core.database import run_write
from ....core.errors import PortalError
from ....core.texts import msg
from ....opportunities.rules import LocationForm
from ....opportunities.service import set_location
from ....roofs.errors import LonLat
from ....roofs.geocoding import AddressHit
from ....roofs.imagery import ImageryProvider, usable_providers
from ....roofs.search import search_addresses
from ....roofs.service import NOTHING_DRAWN
from ....ui.handlers import handler
from ....ui.i18n import Said, say, say_values
from ....ui.shell_state import PortalState
from .forms import Located, told
from .lines import Drawing

HOUSE_ZOOM, LAND_ZOOM = 20, 5
SOMEWHERE: LonLat = (10.0, 47.0)  # the middle of the countries whose languages the portal speaks

NO_LOCATION = msg("Your device did not give its location. Search your address, or move the map to your house.")


class ProviderChoice(BaseModel):
    id: str
    name: str
    notice: Said = Said()


class Hit(BaseModel):
    key: str
    label: str


def covers(provider: ImageryProvider, place: LonLat | None) -> bool:
    if provider.covers_wgs84 is None or place is None:
        return True
    west, south, east, north = provider.covers_wgs84
    return west <= place[0] <= east and south <= place[1] <= north


class PlaceState(PortalState, rx.State, mixin=True):
    """The part of the drawing page's state that is about the place. `stage`: draw, sent, waiting."""

    stage: str = ""
    street: str = ""
    town: str = ""

    center: list[float] = list(SOMEWHERE)
    zoom: float = LAND_ZOOM
    command: dict[str, Any] = {"count": 0, "name": ""}
    basemap: dict[str, Any] = {}
    providers: list[ProviderChoice] = []
    provider: str = ""
    may_choose_pictures: bool = False
    has_no_picture: bool = False

    is_searching: bool = False
    hits: list[Hit] = []
    hit_count: int = -1  # -1: nothing searched yet
    search_error: Said = Said()

    _opportunity_id: str = ""
    _place: LonLat | None = None
    _held: tuple[Drawing] = (NOTHING_DRAWN,)  # in a tuple: Reflex wraps a bare one, and every list and dict in it
    _hits: dict[str, AddressHit] = {}
    _searches: int = 0

    @property
    def _drawing(self) -> Drawing:
        return self._held[0]

    @property
    def _is_drawing(self) -> bool:
        """Whether something may be changed here; the service asks again."""
        return self.stage == "draw" and bool(self._opportunity_id)

    @abstractmethod
    async def _check(self) -> None:
        """Everything that is shown about the drawing; the distance from the house is part of it."""

    def _run(self, name: str, **values: float) -> None:
        self.command = {"count": self.command["count"] + 1, "name": name, **values}

    def _show_address(self, address: str) -> None:
        self.street, _, town = address.partition(",")
        self.town = town.strip()

    async def _go_to_the_house(self, address: str) -> None:
        if self._drawing["features"]:
            self._offer_pictures(tuple(self._drawing["features"][0]["geometry"]["coordinates"][0][0]))
            self._run("fit")
            return
        place = self._place or await self._place_of(address)
        self._offer_pictures(place)
        self._move_to(place or SOMEWHERE, HOUSE_ZOOM if place else LAND_ZOOM)
        self.is_searching = place is None

    async def _place_of(self, address: str) -> LonLat | None:
        """Where a project without a place on the map probably is; it is only looked at, not stored."""
        try:
            hits = await search_addresses(self._actor, address, self._language) if address else []
        except PortalError:
            return None
        return (hits[0].lon, hits[0].lat) if hits else None

    def _offer_pictures(self, place: LonLat | None) -> None:
        usable = [row for row in usable_providers(settings.imagery_providers, settings.imagery_key) if covers(row, place)]
        self.providers = [ProviderChoice(id=row.id, name=row.name, notice=say(row.notice)) for row in usable]
        self.may_choose_pictures = len(usable) > 1
        if self.provider not in {row.id for row in usable}:
            self._show_pictures(usable[0] if usable else None)

    def _show_pictures(self, provider: ImageryProvider | None) -> None:
        self.provider = provider.id if provider else ""
        self.basemap = provider.basemap(settings.imagery_key) if provider else {}
        self.has_no_picture = provider is None

    @handler(CUSTOMER)
    async def choose_pictures(self, provider_id: str):
        usable = usable_providers(settings.imagery_providers, settings.imagery_key)
        found = next((row for row in usable if row.id == provider_id), None)
        if found:
            self._show_pictures(found)

    @handler(CUSTOMER)
    async def pictures_failed(self, provider_id: str):
        if provider_id == self.provider:
            self.has_no_picture = True

    @handler(CUSTOMER)
    async def draw_without_pictures(self):
        self.has_no_picture = False

    def _move_to(self, place: LonLat, zoom: float) -> None:
        # The map moves when the numbers change: a last digit that nobody sees brings it back to where it was.
        jitter = 1e-9 if self.center[0] == place[0] else 0
        self.center, self.zoom = [place[0] + jitter, place[1]], zoom

    @handler(CUSTOMER)
    async def open_search(self):
        self.is_searching, self.hits, self.hit_count, self.search_error = True, [], -1, Said()

    @handler(CUSTOMER)
    async def close_search(self):
        self.is_searching = False

    @handler(CUSTOMER)
    async def search(self, text: str):
        self.search_error = Said()
        try:
            found = await search_addresses(self._actor, text, self._language)
        except PortalError as error:
            self.hits, self.hit_count, self.search_error = [], -1, say_values(error.text, error.values)
            return
        self._searches += 1
        self._hits = {f"{self._searches}-{place}": hit for place, hit in enumerate(found)}
        self.hits = [Hit(key=key, label=hit.label) for key, hit in self._hits.items()]
        self.hit_count = len(found)

    @handler(CUSTOMER)
    async def choose_address(self, key: str):
        hit = self._hits.get(str(key))
        if hit is None or not self._is_drawing:
            return
        async with self._showing_errors():
            form = LocationForm(lon_deg=hit.lon, lat_deg=hit.lat, address=hit.label)
            await run_write(set_location, self._actor, self._opportunity_id, form)
            self._show_address(hit.label)
            await self._come_to((hit.lon, hit.lat))
            self.is_searching = False

    @handler(CUSTOMER)
    async def locate(self):
        self._run("locate")

    @handler(CUSTOMER)
    async def located(self, answer: dict):
        where = told(Located, answer)
        if where is None or not where.found:
            await self._notify(NO_LOCATION, "info")
            return
        place = (where.lon, where.lat)
        if self._is_drawing and not self._drawing["features"]:  # before anything is drawn it is where the house is
            async with self._showing_errors():
                await run_write(set_location, self._actor, self._opportunity_id,
                                LocationForm(lon_deg=where.lon, lat_deg=where.lat))
                await self._come_to(place)
        else:
            self._move_to(place, HOUSE_ZOOM)

    async def _come_to(self, place: LonLat) -> None:
        self._place = place
        self._offer_pictures(place)
        self._move_to(place, HOUSE_ZOOM)
        await self._check()
