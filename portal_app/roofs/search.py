"""The address search that this deployment has (`PORTAL_GEOCODER`)."""

from __future__ import annotations

from ..access.actors import Actor
from ..config import settings
from ..core import limits
from .errors import AddressSearchFailed
from .geocoding import AddressHit, Geocoder, Nominatim, Photon

SEARCHES = "30/minute"
USER_AGENT = "solar customer portal"
PUBLIC_SERVERS = {"photon": "https://photon.komoot.io", "nominatim": "https://nominatim.openstreetmap.org"}

_chosen: Geocoder | None = None


def use_geocoder(geocoder: Geocoder | None) -> None:
    """The composition root hands in the demonstration's index, which this room may not know; tests hand in their own."""
    global _chosen
    _chosen = geocoder


def geocoder() -> Geocoder:
    if _chosen is not None:
        return _chosen
    if settings.geocoder == "demo":
        raise AddressSearchFailed
    make = Photon if settings.geocoder == "photon" else Nominatim
    return make(settings.geocoder_url or PUBLIC_SERVERS[settings.geocoder], f"{USER_AGENT} ({settings.url})")


async def search_addresses(actor: Actor, text: object, language: str) -> list[AddressHit]:
    """The places that an address may mean, best first; `AddressSearchFailed` when the search does not answer."""
    limits.demand(SEARCHES, "address-search", actor.id)
    return await geocoder().search(text if isinstance(text, str) else "", language)
