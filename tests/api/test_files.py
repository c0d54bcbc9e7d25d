"""Files over HTTP: refused as early as it shows, authorised at every request, unknown and forbidden alike."""

from __future__ import annotations

import asyncio
import importlib
import os
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from portal_app.access.actors import Actor, Role
from portal_app.api import api
from portal_app.config import settings
from portal_app.core.ids import new_id
from portal_app.core.texts import text_id
from portal_app.customers.models import Account
from portal_app.documents import errors, intake, service
from portal_app.documents.models import Document
from portal_app.documents.purposes import Asked
from portal_app.documents.rules import MAX_FILE_BYTES, Scan
from tests.documents import corpus
from tests.factories import actor_of, make_contact, make_opportunity, make_staff
from tests.serving import serve_from

route = importlib.import_module("portal_app.api.files")  # the package's name `files` is the router


@dataclass
class Served:
    engine: Engine
    project: str
    people: dict[str, Actor]
    client: TestClient

    def send(self, who: str, content: bytes, name: str, **query):
        asked = {"purpose": "project", "project": self.project, "name": name, **query}
        return self.client.post("/api/files", params=asked, content=content, headers={"cookie": who})

    def get(self, who: str, path: str):
        return self.client.get(f"/api/files/{path}", headers={"cookie": who})

    def rows(self) -> list[Document]:
        with Session(self.engine) as session:
            return list(session.exec(select(Document)))

    def change(self, document_id: str, **values) -> None:
        with Session(self.engine) as session:
            document = session.get_one(Document, document_id)
            for name, value in values.items():
                setattr(document, name, value)
            session.add(document)
            session.commit()


@pytest.fixture
def served(empty_database: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Served:
    serve_from(empty_database, monkeypatch)
    monkeypatch.setattr(settings, "data_folder", tmp_path)
    with Session(empty_database, expire_on_commit=False) as session:
        contact = make_contact(session)
        household = session.get_one(Account, contact.account_id)
        project = make_opportunity(session, contact=contact)
        people = {"customer": actor_of(contact), "partner": actor_of(make_contact(session, account=household)),
                  "stranger": actor_of(make_contact(session)), "sales": actor_of(make_staff(session, Role.SALES)),
                  "viewer": actor_of(make_staff(session, Role.VIEWER)),
                  "installer": actor_of(make_staff(session, Role.INSTALLER))}
        session.commit()
    monkeypatch.setattr(route, "get_actor", lambda _session, cookie: people.get(cookie))
    return Served(empty_database, project.id, people, TestClient(api))


def _stored_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_customer_sends_a_picture_and_gets_it_back_as_a_download(served: Served):
    answer = served.send("customer", corpus.jpeg_with_place(), "Mein Zähler (1).jpg")
    assert answer.status_code == 201
    view = answer.json()
    assert (view["name"], view["folder"]) == ("Mein Zähler (1).jpg", "client")
    assert view["is_public"]
    assert view["by_customer"]
    assert "key" not in str(view)
    assert "hash" not in str(view)
    got = served.get("customer", view["id"])
    assert got.status_code == 200
    assert got.headers["content-type"] == "image/jpeg"
    assert got.headers["content-disposition"].startswith('attachment; filename="Mein Z_hler _1_.jpg"')
    assert "filename*=UTF-8''Mein%20Z%C3%A4hler%20%281%29.jpg" in got.headers["content-disposition"]
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert corpus.SECRET_PLACE.encode() not in got.content


def test_who_is_cut_off_while_the_row_is_written_keeps_the_file(served: Served, monkeypatch: pytest.MonkeyPatch):
    write, written, go_on = intake._write, Event(), Event()

    def write_slowly(*args):
        view = write(*args)
        written.set()
        assert go_on.wait(20)
        return view

    async def chunks() -> AsyncIterator[bytes]:
        yield corpus.jpeg_with_place()

    async def cut_off() -> None:
        arriving = intake.Arriving(lambda _session: served.people["customer"], Asked("project", served.project), "a.jpg",
                                   None, chunks())
        upload = asyncio.create_task(intake.take_file(arriving))
        await asyncio.to_thread(written.wait, 20)
        upload.cancel()
        await asyncio.wait([upload], timeout=0)
        go_on.set()
        await asyncio.wait([upload])
        assert upload.cancelled()

    monkeypatch.setattr(intake, "_write", write_slowly)
    asyncio.run(cut_off())
    [document] = served.rows()
    assert served.get("customer", document.id).status_code == 200


def test_thumbnails_and_pages_are_pictures_of_ours(served: Served):
    view = served.send("customer", corpus.pdf(), "contract.pdf").json()
    for path in ("preview", "pages/1", "pages/2"):
        got = served.get("customer", f"{view['id']}/{path}")
        assert (got.status_code, got.headers["content-type"]) == (200, "image/webp"), path
        assert got.content[8:12] == b"WEBP"
        assert got.headers["cache-control"] == "no-store"
    for path in ("pages/0", "pages/3", "pages/-1"):
        assert served.get("customer", f"{view['id']}/{path}").status_code == 404
    assert served.get("customer", f"{view['id']}?inline=1").headers["content-disposition"].startswith("inline")


def test_unknown_and_forbidden_are_the_same_answer(served: Served):
    view = served.send("customer", corpus.jpeg(), "a.jpg").json()
    refused = [served.get(who, path) for who in ("stranger", "installer", "nobody")
               for path in (view["id"], f"{view['id']}/preview", f"{view['id']}/pages/1")]
    refused += [served.get("customer", path) for path in (new_id(), f"{new_id()}/preview", "..portal.db", "x" * 32)]
    assert {(each.status_code, each.content) for each in refused} == {(404, b"")}
    for who in ("customer", "partner", "sales", "viewer"):
        assert served.get(who, view["id"]).status_code == 200, who


@pytest.mark.parametrize(("who", "expected"), [
    ("customer", 201), ("partner", 201), ("stranger", 404), ("nobody", 404), ("sales", 201),
    ("viewer", 404), ("installer", 404)])
def test_only_whoever_the_project_is_open_to_puts_a_file_there(served: Served, who: str, expected: int):
    assert served.send(who, corpus.jpeg(), "a.jpg").status_code == expected
    assert len(served.rows()) == (expected == 201)


def test_unknown_purposes_and_projects_look_alike(served: Served):
    answers = [served.send("customer", corpus.jpeg(), "a.jpg", **query) for query in (
        {"purpose": "nonsense"}, {"project": new_id()}, {"project": "x' OR 1=1"}, {"purpose": ""}, {"project": ""})]
    assert {each.status_code for each in answers} == {404}


def test_what_staff_bring_is_private_until_they_show_it(served: Served):
    view = served.send("sales", corpus.pdf(), "calculation.pdf", folder="technical").json()
    assert (view["folder"], view["is_public"]) == ("technical", False)
    for path in (view["id"], f"{view['id']}/preview", f"{view['id']}/pages/1"):
        assert served.get("customer", path).status_code == 404
    served.change(view["id"], is_public=True)
    assert served.get("customer", view["id"]).status_code == 200
    served.change(view["id"], is_public=False)
    assert served.get("customer", view["id"]).status_code == 404


def test_a_customer_cannot_choose_a_folder_of_staff(served: Served):
    assert served.send("customer", corpus.jpeg(), "a.jpg", folder="internal").json()["folder"] == "client"


def test_whoever_sent_a_file_takes_it_back_while_nobody_has_decided(served: Served):
    view = served.send("customer", corpus.jpeg(), "a.jpg").json()
    for who in ("partner", "stranger", "nobody", "sales"):
        assert served.client.delete(f"/api/files/{view['id']}", headers={"cookie": who}).status_code == 404, who
    assert len(_stored_files(settings.files_folder)) == 2
    assert served.client.delete(f"/api/files/{view['id']}", headers={"cookie": "customer"}).status_code == 200
    assert served.rows() == []
    assert _stored_files(settings.files_folder) == []
    kept = served.send("customer", corpus.jpeg(), "a.jpg").json()
    served.change(kept["id"], review="accepted")
    assert served.client.delete(f"/api/files/{kept['id']}", headers={"cookie": "customer"}).status_code == 400
    assert len(served.rows()) == 1


@pytest.mark.parametrize("what", ["svg", "html that calls itself pdf", "png bomb", "pdf with javascript", "jpeg and zip",
                                  "jpeg that calls itself pdf", "empty"])
def test_a_refused_file_leaves_nothing_and_says_why(served: Served, what: str):
    name, make, reason = corpus.HOSTILE[what]
    answer = served.send("customer", make(), name)
    assert answer.status_code == 400
    assert answer.json()["error"]["id"] == text_id(getattr(errors, reason).text)
    assert served.rows() == []
    assert _stored_files(settings.data_folder) == []


# -- too much -----------------------------------------------------------------------------------------------------------


async def _endless(served_bytes: list[int], megabytes: int) -> AsyncIterator[bytes]:
    for _ in range(megabytes):
        served_bytes[0] += 1024 * 1024
        yield b"\xff\xd8\xff" + bytes(1024 * 1024 - 3)


def _browser() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://portal", headers={"cookie": "customer"})


def test_sixty_megabytes_are_refused_before_they_are_read(served: Served):
    """With their length announced not a byte is read; without, no more than fits, and never in memory."""
    asked = {"purpose": "project", "project": served.project, "name": "a.jpg"}

    async def send() -> tuple[list[int], int]:
        read = [0]
        tracemalloc.start()
        try:
            async with _browser() as browser:
                announced = await browser.post("/api/files", params=asked, content=_endless([0], 60),
                                               headers={"content-length": str(60 * 1024 * 1024)})
                silent = await browser.post("/api/files", params=asked, content=_endless(read, 60))
            return [announced.status_code, silent.status_code, read[0]], tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    (announced, silent, read), peak = asyncio.run(send())
    assert (announced, silent) == (413, 413)
    assert read <= MAX_FILE_BYTES + 2 * 1024 * 1024
    assert peak < 12 * 1024 * 1024
    assert _stored_files(settings.data_folder) == []


@pytest.mark.one_database
def test_nine_hundred_files_at_once_are_mostly_refused_at_the_door(served: Served, monkeypatch: pytest.MonkeyPatch):
    """Few of one person are under way at any time; the others are told to wait before their bodies are read."""
    most = [0]
    receive = intake._receive

    async def watched(*args) -> None:
        most[0] = max(most[0], intake._under_way.total())
        await receive(*args)

    monkeypatch.setattr(intake, "_receive", watched)
    read = [0]

    async def body() -> AsyncIterator[bytes]:
        read[0] += 1
        yield corpus.jpeg()

    async def send() -> list[int]:
        async with _browser() as browser:
            asked = {"purpose": "project", "project": served.project, "name": "a.jpg"}
            return [each.status_code for each in await asyncio.gather(*(
                browser.post("/api/files", params=asked, content=body()) for _ in range(900)))]

    statuses = asyncio.run(send())
    taken = statuses.count(201)
    assert set(statuses) == {201, 429}
    assert most[0] <= intake.MOST_AT_ONCE
    assert 1 <= taken == len(served.rows()) <= 100
    assert read[0] <= taken + intake.MOST_AT_ONCE
    assert intake._under_way.total() == 0
    assert len(_stored_files(settings.files_folder)) == 2 * taken


def test_the_quota_of_a_project_holds(served: Served, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "MAX_BYTES_OF_PROJECT", 2_000)
    first = served.send("customer", corpus.jpeg(), "a.jpg")
    second = served.send("customer", corpus.jpeg(400, 400), "b.jpg")
    assert (first.status_code, second.status_code) == (201, 400)
    assert second.json()["error"]["id"] == text_id(errors.QuotaReached.text)
    assert len(served.rows()) == 1
    assert len(_stored_files(settings.files_folder)) == 2


def test_a_client_that_hangs_up_leaves_nothing(served: Served):
    async def half() -> AsyncIterator[bytes]:
        yield corpus.jpeg()
        raise httpx.ReadError("gone")

    async def send() -> None:
        async with _browser() as browser:
            with pytest.raises(httpx.ReadError):
                await browser.post("/api/files", params={"purpose": "project", "project": served.project, "name": "a.jpg"},
                                   content=half())

    asyncio.run(send())
    assert served.rows() == []
    assert _stored_files(settings.data_folder) == []
    assert intake._under_way.total() == 0


def test_a_session_that_ends_while_a_file_is_on_its_way_counts_no_more(served: Served):
    async def slow() -> AsyncIterator[bytes]:
        yield corpus.jpeg()[:100]
        del served.people["customer"]
        yield corpus.jpeg()[100:]

    async def send() -> int:
        async with _browser() as browser:
            asked = {"purpose": "project", "project": served.project, "name": "a.jpg"}
            return (await browser.post("/api/files", params=asked, content=slow())).status_code

    assert asyncio.run(send()) == 404
    assert served.rows() == []
    assert _stored_files(settings.data_folder) == []


def test_what_was_arriving_when_the_portal_was_killed_is_removed_later(served: Served):
    left, arriving = (settings.data_folder / "arriving" / name for name in ("left", "arriving"))
    for folder in (left, arriving):
        folder.mkdir(parents=True)
        (folder / "source").write_bytes(b"half")
    os.utime(left, (1, 1))
    assert intake.forget_half_arrived() == 1
    assert (left.exists(), arriving.exists()) == (False, True)
    assert intake.forget_half_arrived() == 0


# -- the scanner --------------------------------------------------------------------------------------------------------


def _say(monkeypatch: pytest.MonkeyPatch, verdict: Scan) -> None:
    monkeypatch.setattr(intake, "scan", lambda chunks: (list(chunks), verdict)[1])


def test_an_infected_file_is_refused(served: Served, monkeypatch: pytest.MonkeyPatch):
    _say(monkeypatch, Scan.INFECTED)
    answer = served.send("customer", corpus.jpeg(), "a.jpg")
    assert answer.json()["error"]["id"] == text_id(errors.VirusFound.text)
    assert _stored_files(settings.data_folder) == []


def test_what_the_scanner_does_not_know_is_kept_and_nobody_gets_it(served: Served, monkeypatch: pytest.MonkeyPatch):
    _say(monkeypatch, Scan.WAITING)
    view = served.send("customer", corpus.jpeg(), "a.jpg").json()
    assert view["is_checking"]
    assert not view["has_thumbnail"]
    for who in ("customer", "sales"):
        for path in (view["id"], f"{view['id']}/preview", f"{view['id']}/pages/1"):
            got = served.get(who, path)
            assert (got.status_code, got.content) == (409, b"")
    assert served.get("stranger", view["id"]).status_code == 404
    served.change(view["id"], scan="clean")
    assert served.get("customer", view["id"]).status_code == 200
    served.change(view["id"], scan="infected")
    assert served.get("sales", view["id"]).status_code == 404


