"""Where pictures from above come from. One row per provider, read by the map and by the security policy."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from ..core.texts import msg

GOOGLE_TILES = "https://tile.googleapis.com"


class ImageryProvider(BaseModel):
    """One kind of picture. `url` is a template ({z}/{x}/{y}) for xyz and the service's address for wms and wmts."""

    model_config = ConfigDict(frozen=True)

    id: str
    type: Literal["xyz", "wms", "wmts", "google"]
    name: str
    url: str = ""
    attribution: str = ""
    layer: str = ""
    matrix_set: str = ""
    style: str = ""
    format: str = "image/jpeg"
    min_zoom: int = 0
    max_zoom: int = 20
    needs_key: bool = False
    notice: str = ""
    covers_wgs84: tuple[float, float, float, float] | None = None

    def csp_hosts(self) -> tuple[str, ...]:
        """Origins for `img-src` and `connect-src`; none for our own tiles."""
        parts = urlsplit(self.url)
        return (f"{parts.scheme}://{parts.netloc}",) if parts.netloc else ()

    def is_usable(self, google_key: str = "") -> bool:
        return bool(google_key) or not self.needs_key

    def basemap(self, google_key: str = "") -> dict[str, str | int]:
        """The `basemap` prop of the roof map. The key reaches the browser: restrict it at Google to our address."""
        if not self.is_usable(google_key):
            raise ValueError(f"{self.id} needs the company's key")
        row: dict[str, str | int] = {
            "id": self.id,
            "type": self.type,
            "url": self.url,
            "attribution": self.attribution,
            "min_zoom": self.min_zoom,
            "max_zoom": self.max_zoom,
        }
        if self.type in ("wms", "wmts"):
            row |= {"layer": self.layer, "format": self.format}
        if self.type == "wmts":
            row |= {"matrix_set": self.matrix_set, "style": self.style}
        return row | ({"key": google_key} if self.needs_key else {})


def _attribution(text: str, href: str) -> str:
    return f'<a href="{href}" target="_blank" rel="noopener">{text}</a>'


PROVIDERS: dict[str, ImageryProvider] = {
    provider.id: provider
    for provider in (
        ImageryProvider(
            id="demo",
            type="xyz",
            name="Demo",
            url="/imagery/demo/{z}/{x}/{y}.png",
            min_zoom=14,
            max_zoom=22,
            notice=msg("Made-up pictures for the demonstration"),
        ),
        ImageryProvider(
            id="pnoa",
            type="wmts",
            name="PNOA (España)",
            url="https://www.ign.es/wmts/pnoa-ma",
            layer="OI.OrthoimageCoverage",
            matrix_set="GoogleMapsCompatible",
            style="default",
            max_zoom=20,
            attribution=_attribution("PNOA CC-BY 4.0 scne.es", "https://www.scne.es/"),
            covers_wgs84=(-18.4, 27.5, 4.6, 43.9),
        ),
        ImageryProvider(
            id="swissimage",
            type="xyz",
            name="SWISSIMAGE (Schweiz)",
            max_zoom=20,
            url="https://wmts.geo.admin.ch/1.0.0/ch.swisstopo.swissimage/default/current/3857/{z}/{x}/{y}.jpeg",
            attribution=_attribution("© swisstopo", "https://www.swisstopo.admin.ch/"),
            covers_wgs84=(5.9, 45.8, 10.5, 47.9),
        ),
        ImageryProvider(
            id="nrw_dop",
            type="wms",
            name="DOP (Nordrhein-Westfalen)",
            url="https://www.wms.nrw.de/geobasis/wms_nw_dop",
            layer="nw_dop_rgb",
            max_zoom=22,
            attribution=_attribution("Geobasis NRW", "https://www.bezreg-koeln.nrw.de/"),
            covers_wgs84=(5.8, 50.3, 9.5, 52.6),
        ),
        ImageryProvider(
            id="google",
            type="google",
            name="Google",
            url=GOOGLE_TILES,
            needs_key=True,
            max_zoom=22,
            notice=msg(
                "Google does not allow everyone to trace roofs on its pictures. Ask Google before you switch this on."
            ),
        ),
    )
}


def provider(provider_id: str) -> ImageryProvider:
    """The provider of that id; `KeyError` for one that is not in the table."""
    return PROVIDERS[provider_id]


def usable_providers(enabled: list[str] | tuple[str, ...], google_key: str = "") -> list[ImageryProvider]:
    """Enabled providers in the company's order, without those that lack their key."""
    return [PROVIDERS[i] for i in enabled if i in PROVIDERS and PROVIDERS[i].is_usable(google_key)]


def csp_hosts(enabled: list[str] | tuple[str, ...], google_key: str = "") -> tuple[str, ...]:
    """Origins that the map's page must be allowed to load pictures from."""
    return tuple(dict.fromkeys(host for row in usable_providers(enabled, google_key) for host in row.csp_hosts()))
