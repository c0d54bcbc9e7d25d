"""Folders in the browser: what is wrong at its field, what is saved, and whose list is old."""

from __future__ import annotations

import pytest

from portal_app.staff.settings.folders.state import FoldersState
from portal_app.staff.settings.folders.view import folders_page
from tests.handling import Tab


@pytest.fixture
def tab(house) -> Tab:
    tab = Tab(house.admin, FoldersState)
    tab.send("load")
    return tab


def names(tab: Tab) -> list[str]:
    return [row.name for row in tab.page.rows]


def test_the_page_can_be_built():
    assert "data-testid" in str(folders_page())


def test_a_folder_without_a_name_stays_in_its_dialog_and_with_one_is_listed(tab):
    tab.send("begin_new")
    tab.send("save", {"name.en": " "})
    assert (tab.page.is_editing, set(tab.page.field_errors)) == (True, {"name"})
    tab.send("save", {"name.en": "Photos", "name.de": "Fotos", "is_public": "on"})
    assert (tab.page.is_editing, names(tab)[-1], tab.page.rows[-1].is_public) == (False, "Photos", True)
    tab.send("begin_change", tab.page.rows[-1].id)
    assert (tab.page.draft["name.de"], tab.page.draft["name.it"], tab.page.draft["is_public"]) == ("Fotos", "", "on")


def test_folders_are_moved_archived_and_used_again(tab):
    tab.send("move_item", "folder", "internal", "", 0)
    assert names(tab)[0] == "Internal"
    tab.send("archive", "technical", True)
    assert [row.id for row in tab.page.archived] == ["technical"]
    tab.send("archive", "technical", False)
    assert tab.page.archived == []
    tab.send("archive", "client", True)
    assert (tab.page.archived, tab.reader.notices[-1]) == ([], "error")


def test_whoever_has_an_old_list_changes_nothing_and_sees_the_new_one(house, tab):
    other = Tab(house.admin, FoldersState)
    other.send("load")
    other.send("archive", "technical", True)
    tab.send("archive", "technical", True)
    assert tab.reader.notices == ["info"]
    assert [row.id for row in tab.page.archived] == ["technical"]


@pytest.mark.parametrize("arguments", [("x", 0), ("", "x"), (None, None), ("technical", -5)])
def test_whatever_a_browser_sends_the_page_stands(tab, arguments):
    folder_id, position = arguments
    tab.send("move_item", "folder", folder_id, "", position)
    tab.send("begin_change", folder_id)
    tab.send("archive", folder_id, position)
    assert len(tab.page.rows) == 5


def test_others_see_nothing(house):
    page = Tab(house.sales, FoldersState).send("load")
    assert (page.may_edit, page.rows, page.is_loaded) == (False, [], True)
