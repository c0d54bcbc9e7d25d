"""Looking at the portal as a customer, and coming back, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from portal_app.access import sessions
from portal_app.access.actors import Role
from portal_app.core.database import only_looking
from tests.factories import make_contact, make_opportunity, make_staff


class Browser:
    """Keeps the cookies that it gets, and takes away those that end."""

    def __init__(self, client: TestClient) -> None:
        self.client, self.cookies = client, {}

    def post(self, path: str) -> Response:
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.client.cookies.clear()
        answer = self.client.post(path, headers={"cookie": sent.encode()} if sent else {})
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0].strip('"')
            if "max-age=0" in line.lower():
                del self.cookies[name]
        return answer


@pytest.fixture
def client(scope) -> Iterator[Browser]:
    from portal_app.api.access import router as access
    from portal_app.api.viewing import router as viewing

    app = FastAPI()
    app.include_router(access)
    app.include_router(viewing)
    with TestClient(app, base_url="http://localhost:8000", follow_redirects=False) as client:
        yield Browser(client)
    only_looking.set(False)


@pytest.fixture
def staff(scope, client: Browser) -> tuple[str, str, str]:
    """A salesperson is signed in; their token, a contact and their project."""
    with scope() as session:
        contact = make_contact(session)
        project = make_opportunity(session, contact=contact)
        token = sessions.open_session(session, staff_id=make_staff(session, Role.SALES).id)
        client.cookies["session"] = token
        return token, contact.id, project.id


def who(scope, token: str | None) -> Any:
    with scope() as session:
        found = sessions.get_actor(session, f"session={token}")
        only_looking.set(False)
        return found


def test_staff_look_as_the_customer_and_come_back_to_the_project(client, scope, staff):
    token, contact, project = staff
    answer = client.post(f"/api/view-as/{contact}?project={project}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/home?project={project}")
    assert who(scope, client.cookies["session"]).id == contact
    cookies = {line.partition("=")[0]: line.lower() for line in answer.headers.get_list("set-cookie")}
    assert "httponly" in cookies["session"]
    assert "httponly" in cookies["back"]
    assert contact not in cookies["viewing"]
    viewing = client.cookies["session"]
    back = client.post("/api/end-view")
    assert (back.status_code, back.headers["location"]) == (303, f"/staff/project?id={project}")
    assert client.cookies["session"] == token
    assert who(scope, viewing) is None
    assert who(scope, token).is_staff


@pytest.mark.parametrize("path", ["/sign-out", "/sign-out-everywhere"])
def test_signing_out_of_a_view_is_coming_back(client, scope, staff, path):
    token, contact, _ = staff
    with scope() as session:
        theirs = sessions.open_session(session, contact_id=contact)
    client.post(f"/api/view-as/{contact}")
    assert client.post(path).headers["location"] == "/staff"
    assert client.cookies["session"] == token
    assert who(scope, theirs) is not None


def test_who_was_signed_out_meanwhile_signs_in_again(client, scope, staff):
    token, contact, _ = staff
    client.post(f"/api/view-as/{contact}")
    with scope() as session:
        sessions.end_session(session, token)
    assert client.post("/api/end-view").headers["location"] == "/staff/sign-in"
    assert "session" not in client.cookies


@pytest.mark.parametrize("back", ["", "x", "x.y", ".", "é" * 20, "a" * 4000])
def test_a_made_up_way_back_leads_to_the_sign_in_page(client, scope, staff, back):
    client.post(f"/api/view-as/{staff[1]}")
    client.cookies["back"] = back
    answer = client.post("/api/end-view")
    assert answer.headers["location"] == "/staff/sign-in"


@pytest.mark.parametrize("contact", ["0" * 32, "x", "é"])
def test_unknown_and_forbidden_look_alike(client, scope, staff, contact):
    assert client.post(f"/api/view-as/{contact}").status_code == 404
    with scope() as session:
        client.cookies["session"] = sessions.open_session(session, staff_id=make_staff(session, Role.VIEWER).id)
    assert client.post(f"/api/view-as/{staff[1]}").status_code == 404
    client.cookies.clear()
    assert client.post(f"/api/view-as/{staff[1]}").status_code == 404


def test_a_customer_is_not_sent_to_the_staff(client, scope, staff):
    with scope() as session:
        token = sessions.open_session(session, contact_id=staff[1])
    client.cookies["session"] = token
    assert client.post(f"/api/view-as/{staff[1]}").status_code == 404
    client.post("/api/end-view")
    assert who(scope, token) is not None
