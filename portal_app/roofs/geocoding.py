"""From an address to a place: behind one protocol a public geocoder, or a small built-in index for the demonstration.

What comes back from a geocoder is as untrusted as what a browser sends: it is capped and parsed, bad rows are left out.
"""

import json
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import AddressSearchFailed

SHORTEST_QUERY = 3
LONGEST_QUERY = 200
LONGEST_LABEL = 200
MOST_HITS = 6
LARGEST_ANSWER_BYTES = 300_000


class AddressHit(BaseModel):
    """A place that an address may mean."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    label: str = Field(min_length=1, max_length=LONGEST_LABEL)
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-85, le=85)


class Geocoder(Protocol):
    async def search(self, text: str, language: str) -> list[AddressHit]:
        """Best hits first; an empty list for nothing found; `AddressSearchFailed` when it cannot tell."""
        ...


def clean_query(text: object) -> str:
    """What may be searched for, or an empty string when it is too little to search for."""
    if not isinstance(text, str):
        return ""
    query = " ".join("".join(c if c.isprintable() else " " for c in text[:LONGEST_QUERY]).split())
    return query if len(query) >= SHORTEST_QUERY else ""


class _HttpGeocoder(ABC):
    """One request per search to one host. A redirect is an error: it might lead somewhere else."""

    def __init__(
        self, url: str, user_agent: str, timeout_s: float = 4, transport: httpx.AsyncBaseTransport | None = None
    ):
        self._url = url.rstrip("/")
        self._headers = {"User-Agent": user_agent, "Accept": "application/json"}
        self._timeout_s = timeout_s
        self._transport = transport
        if urlsplit(self._url).scheme not in ("http", "https"):
            raise ValueError(f"not an http address: {url}")

    async def search(self, text: str, language: str) -> list[AddressHit]:
        query = clean_query(text)
        if not query:
            return []
        answer = await self._ask(*self._question(query, language))
        try:
            rows = list(self._rows(answer))
        except (KeyError, TypeError, AttributeError) as error:
            raise AddressSearchFailed from error
        return _sound_hits(rows)

    @abstractmethod
    def _question(self, query: str, language: str) -> tuple[str, dict[str, str]]:
        """Path and parameters of the request."""

    @abstractmethod
    def _rows(self, answer: Any) -> Iterable[dict[str, Any]]:
        """What it answered, as fields of `AddressHit`."""

    async def _ask(self, path: str, params: dict[str, str]) -> Any:
        body = bytearray()
        try:
            async with (
                httpx.AsyncClient(
                    headers=self._headers, timeout=self._timeout_s, follow_redirects=False, transport=self._transport
                ) as client,
                client.stream("GET", f"{self._url}{path}", params=params) as response,
            ):
                if response.status_code != 200:
                    raise AddressSearchFailed
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > LARGEST_ANSWER_BYTES:
                        raise AddressSearchFailed
            return json.loads(body)
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            raise AddressSearchFailed from error


def _sound_hits(rows: Iterable[dict[str, Any]]) -> list[AddressHit]:
    hits: dict[str, AddressHit] = {}
    for row in rows:
        try:
            hit = AddressHit.model_validate(row)
        except ValidationError:
            continue
        hits.setdefault(hit.label, hit)
    return list(hits.values())[:MOST_HITS]


class Photon(_HttpGeocoder):
    """komoot's Photon, public or self-hosted."""

    LANGUAGES = ("en", "de", "fr")  # it refuses others; without one it answers in the place's own language

    def _question(self, query: str, language: str) -> tuple[str, dict[str, str]]:
        spoken = {"lang": language} if language in self.LANGUAGES else {}
        return "/api", {"q": query, "limit": str(MOST_HITS), **spoken}

    def _rows(self, answer: Any) -> Iterable[dict[str, Any]]:
        for feature in answer["features"]:
            known = feature["properties"]
            lon, lat = (*feature["geometry"]["coordinates"], None, None)[:2]
            yield {"label": _photon_label(known), "lon": lon, "lat": lat}


def _photon_label(known: dict[str, Any]) -> str:
    street = " ".join(str(known[key]) for key in ("street", "housenumber") if known.get(key))
    town = " ".join(str(known[key]) for key in ("postcode", "city") if known.get(key))
    parts = [known.get("name"), street, town, known.get("state"), known.get("country")]
    return ", ".join(dict.fromkeys(str(part) for part in parts if part))[:LONGEST_LABEL]


class Nominatim(_HttpGeocoder):
    """OpenStreetMap's Nominatim. Its public server wants a User-Agent that names the operator."""

    def _question(self, query: str, language: str) -> tuple[str, dict[str, str]]:
        return "/search", {"q": query, "format": "jsonv2", "limit": str(MOST_HITS), "accept-language": language}

    def _rows(self, answer: Any) -> Iterable[dict[str, Any]]:
        for row in [*answer]:
            yield {"label": str(row["display_name"])[:LONGEST_LABEL], "lon": row["lon"], "lat": row["lat"]}


class DemoIndex:
    """Searches a handful of known addresses: every word of the query begins a word of the address."""

    def __init__(self, addresses: Sequence[tuple[str, tuple[float, float]]]):
        self._hits = [(_words(label), AddressHit(label=label, lon=lon, lat=lat)) for label, (lon, lat) in addresses]

    async def search(self, text: str, language: str) -> list[AddressHit]:
        wanted = _words(clean_query(text))
        if not wanted:
            return []
        found = [
            (sum(word in known for word in wanted), hit)
            for known, hit in self._hits
            if all(any(k.startswith(word) for k in known) for word in wanted)
        ]
        found.sort(key=lambda scored: -scored[0])  # stable: among equals the order of the index
        return [hit for _, hit in found[:MOST_HITS]]


def _words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in plain).split()
