"""Address search against a server that speaks the geocoders' own protocols, well and badly."""

import asyncio
import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from portal_app.demo.places import HOUSE_WGS84, buildings, demo_addresses
from portal_app.roofs.errors import AddressSearchFailed
from portal_app.roofs.geocoding import MOST_HITS, AddressHit, DemoIndex, Nominatim, Photon, clean_query

PHOTON_HOUSE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [-3.8131, 40.4342]},
    "properties": {
        "street": "Calle del Olivo",
        "housenumber": "14",
        "postcode": "28223",
        "city": "Pozuelo de Alarcón",
        "state": "Madrid",
        "country": "España",
    },
}
NOMINATIM_HOUSE = {"display_name": "14, Calle del Olivo, Pozuelo de Alarcón", "lat": "40.4342", "lon": "-3.8131"}


class Server(ThreadingHTTPServer):
    """Answers every request with `reply`, after remembering it."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.reply: tuple[int, dict[str, str], bytes] = (200, {}, b"[]")
        self.asked: list[tuple[str, dict[str, list[str]], str]] = []
        self.release = threading.Event()
        self.release.set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def answers(self, body, status=200, **headers):
        self.reply = (status, headers, body if isinstance(body, bytes) else json.dumps(body).encode())


class _Answer(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self):
        parts = urlsplit(self.path)
        self.server.asked.append((parts.path, parse_qs(parts.query), self.headers["User-Agent"]))
        self.server.release.wait(5)
        status, headers, body = self.server.reply
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)

    def log_message(self, format, *args):
        pass


@pytest.fixture
def server():
    running = Server()
    threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield running
    running.release.set()
    running.shutdown()
    running.server_close()


def search(geocoder, text="Calle del Olivo 14", language="es"):
    return asyncio.run(geocoder.search(text, language))


def test_photon_finds_the_house(server):
    server.answers({"type": "FeatureCollection", "features": [PHOTON_HOUSE]})
    (hit,) = search(Photon(server.url, "portal/1 (mail@example.org)"))
    assert hit == AddressHit(
        label="Calle del Olivo 14, 28223 Pozuelo de Alarcón, Madrid, España", lon=-3.8131, lat=40.4342
    )
    path, query, agent = server.asked[0]
    assert (path, query["q"], agent) == ("/api", ["Calle del Olivo 14"], "portal/1 (mail@example.org)")


@pytest.mark.parametrize(("language", "sent"), [("de", ["de"]), ("en", ["en"]), ("es", None), ("it", None)])
def test_photon_is_only_asked_for_languages_it_has(server, language, sent):
    server.answers({"features": []})
    assert search(Photon(server.url, "portal"), language=language) == []
    assert server.asked[0][1].get("lang") == sent


def test_nominatim_finds_the_house(server):
    server.answers([NOMINATIM_HOUSE])
    (hit,) = search(Nominatim(f"{server.url}/", "portal"), language="it")
    assert (hit.label, hit.lon, hit.lat) == (NOMINATIM_HOUSE["display_name"], -3.8131, 40.4342)
    path, query, _ = server.asked[0]
    assert (path, query["format"], query["accept-language"]) == ("/search", ["jsonv2"], ["it"])


def test_query_is_sent_as_one_value_whatever_it_holds(server):
    server.answers([])
    search(Nominatim(server.url, "portal"), text="a&format=xml#/../?q=b\r\nHost: evil")
    path, query, _ = server.asked[0]
    assert path == "/search"
    assert query["q"] == ["a&format=xml#/../?q=b Host: evil"]
    assert query["format"] == ["jsonv2"]


@pytest.mark.parametrize("text", ["", "  ", "ab", None, 5, "\n\n\n"])
def test_too_little_is_not_sent_anywhere(server, text):
    assert search(Photon(server.url, "portal"), text=text) == []
    assert server.asked == []


def test_long_query_is_cut():
    assert len(clean_query("x" * 10_000)) == 200


def test_bad_rows_are_left_out_and_hits_limited(server):
    rows = [
        {**NOMINATIM_HOUSE, "lat": "91"},
        {**NOMINATIM_HOUSE, "lon": "NaN"},
        {**NOMINATIM_HOUSE, "display_name": ""},
    ]
    server.answers(rows + [{**NOMINATIM_HOUSE, "display_name": f"Street {n}"} for n in range(20)])
    hits = search(Nominatim(server.url, "portal"))
    assert [hit.label for hit in hits] == [f"Street {n}" for n in range(MOST_HITS)]


def test_same_label_comes_once_at_its_best_place(server):
    worse = PHOTON_HOUSE | {"geometry": {"type": "Point", "coordinates": [-3.9, 40.5]}}
    server.answers({"features": [PHOTON_HOUSE, worse]})
    assert [(hit.lon, hit.lat) for hit in search(Photon(server.url, "portal"))] == [(-3.8131, 40.4342)]  # the best one


@pytest.mark.parametrize("geocoder", [Photon, Nominatim])
@pytest.mark.parametrize(
    "body",
    [
        b"<html>busy</html>",
        b"",
        b"5",
        b"null",
        b'{"features": 5}',
        b'{"features": [{}]}',
        b"[5]",
        b"[" * 100_000,
        b"\xff\xfe",
    ],
    ids=lambda body: body[:12].decode("latin-1"),
)
def test_answer_in_no_known_shape_is_a_clear_error(server, geocoder, body):
    server.answers(body)
    with pytest.raises(AddressSearchFailed):
        search(geocoder(server.url, "portal"))


def test_error_of_the_geocoder_is_a_clear_error(server):
    server.answers([NOMINATIM_HOUSE], status=503)
    with pytest.raises(AddressSearchFailed):
        search(Nominatim(server.url, "portal"))


def test_redirect_is_not_followed(server):
    server.answers(b"", status=302, Location=f"{server.url}/elsewhere")
    with pytest.raises(AddressSearchFailed):
        search(Nominatim(server.url, "portal"))
    assert len(server.asked) == 1


def test_huge_answer_is_cut_off(server):
    server.answers(b"[" + b" " * 2_000_000 + b"]")
    with pytest.raises(AddressSearchFailed):
        search(Nominatim(server.url, "portal"))


def test_silent_geocoder_is_a_clear_error(server):
    server.release.clear()
    with pytest.raises(AddressSearchFailed):
        search(Nominatim(server.url, "portal", timeout_s=0.1))


def test_unreachable_geocoder_is_a_clear_error():
    with pytest.raises(AddressSearchFailed):
        search(Photon("http://127.0.0.1:9", "portal"))


def test_only_http_addresses_are_taken():
    with pytest.raises(ValueError, match="not an http address"):
        Photon("file:///etc/passwd", "portal")


@pytest.fixture
def index():
    return DemoIndex(demo_addresses())


@pytest.mark.parametrize("text", ["Calle del Olivo 14", "calle olivo 14 pozuelo", "olivo 14", "ALARCON olivo 14"])
def test_demo_knows_its_house(index, text):
    hit = search(index, text)[0]
    assert hit.label.startswith("Calle del Olivo 14")
    assert (hit.lon, hit.lat) == HOUSE_WGS84


def test_demo_knows_each_real_building(index):
    assert len(buildings()) == 25
    for building in buildings():
        hit = search(index, building.address)[0]
        assert (hit.lon, hit.lat) == building.centre_wgs84


@pytest.mark.parametrize("text", ["Gran Vía 1", "olivo 99", "", "xyz"])
def test_demo_finds_nothing_else(index, text):
    assert search(index, text) == []
