"""What a handler said stands on the page until it has been read, and only where its words are."""

from __future__ import annotations

import pytest
from reflex.istate.data import ReflexURL, RouterData

from portal_app.ui.i18n import say
from portal_app.ui.shell_state import ShellState
from tests.handling import Reader


def _open(reader: Reader, page: str) -> ShellState:
    reader.root.router = RouterData(url=ReflexURL(f"https://portal.test{page}"))
    return reader.state(ShellState)


@pytest.mark.parametrize(("said_at", "opened", "stays"), [
    ("/staff/team", "/staff", True), ("/staff/team", "/mailbox", False), ("/account", "/home", True),
    ("/account", "/staff/sign-in?why=first", False), ("/staffing", "/home", True)])
def test_what_went_well_is_told_on_the_next_page_of_the_same_door(said_at, opened, stays):
    reader = Reader(None)
    _open(reader, said_at)._add_notice(say("Saved."), "ok")
    _open(reader, opened)._forget_notices()
    assert reader.notices == (["ok"] if stays else [])


def test_what_failed_stays_on_its_page():
    reader = Reader(None)
    _open(reader, "/staff")._add_notice(say("Not saved."), "error")
    _open(reader, "/staff/team")._forget_notices()
    assert reader.notices == []
