"""Conditions without a browser: versions that follow each other, one in effect that stays, two people at once."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from portal_app.core.clock import now
from portal_app.flows.contents import company_today
from portal_app.flows.models import Condition, ConditionVersion
from portal_app.staff.settings.conditions.state import ConditionsState
from tests.handling import Tab

from .conftest import House


def _create(house: House, name: str = "Privacy") -> str:
    tab = Tab(house.admin, ConditionsState, condition="new")
    tab.send("load")
    tab.send("write_name", name)
    tab.send("write_title", "en", "Privacy policy")
    tab.send("write_text", "en", "We keep your data.")
    tab.send("save")
    assert tab.page.field_errors == {}
    made = house.session.exec(select(Condition.id).where(Condition.name == name)).one()
    house.session.commit()  # nobody waits for what a test reads
    return made


def _open(house: House, condition_id: str, actor=None) -> Tab:
    tab = Tab(actor or house.admin, ConditionsState, condition=condition_id)
    tab.send("load")
    return tab


def _versions(house: House) -> list[tuple[int, str]]:
    house.session.expire_all()
    rows = [(row.number, row.text["en"]) for row in house.session.exec(select(ConditionVersion).order_by("number"))]
    house.session.commit()
    return rows


def _in_days(days: int) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


def test_a_version_in_effect_stays_and_a_planned_one_follows(house: House):
    tab = _open(house, _create(house))
    assert (tab.page.number, [row.status for row in tab.page.versions]) == (1, ["in_effect"])
    assert tab.page.preview_text == "We keep your data."
    tab.send("begin_changing", tab.page.versions[0].id)
    assert not tab.page.is_writing, "what is in effect can't be changed"
    tab.send("begin_writing")
    tab.send("write_text", "en", "We keep your data for ten years.")
    tab.send("choose_start", "day")
    tab.send("choose_day", _in_days(30))
    tab.send("save")
    assert [(row.number, row.status) for row in tab.page.versions] == [(2, "coming"), (1, "in_effect")]
    tab.send("begin_writing")
    assert not tab.page.is_writing, "there is a version to come already: that one is changed"
    tab.send("begin_changing", tab.page.versions[0].id)
    tab.send("write_text", "en", "For eleven years.")
    assert tab.page.preview_text == "For eleven years."
    tab.send("show_version", tab.page.versions[1].id)
    assert (tab.page.preview_text, tab.page.is_writing) == ("We keep your data.", True)
    tab.send("save")
    assert _versions(house) == [(1, "We keep your data."), (2, "For eleven years.")]
    tab.send("ask_to_withdraw")
    tab.send("withdraw")
    assert _versions(house) == [(1, "We keep your data.")]


def test_a_day_that_is_over_is_refused_and_nothing_is_lost(house: House):
    tab = _open(house, _create(house))
    tab.send("begin_writing")
    tab.send("write_title", "en", "")
    tab.send("choose_start", "day")
    for day in (_in_days(-3), "no day", ""):
        tab.send("choose_day", day)
        tab.send("save")
        assert set(tab.page.field_errors) == {"effective_at"}
    tab.send("choose_start", "now")
    tab.send("save")
    assert set(tab.page.field_errors) == {"title.en"}
    assert tab.page.is_writing
    assert tab.page.texts["en"] == "We keep your data."
    assert len(_versions(house)) == 1


def test_the_second_of_two_is_told_and_follows(house: House):
    condition_id = _create(house)
    mine, theirs = _open(house, condition_id), _open(house, condition_id)
    for tab, text in ((theirs, "Theirs."), (mine, "Mine.")):
        tab.send("begin_writing")
        tab.send("write_text", "en", text)
        tab.send("save")
    assert mine.page.conflict_with == house.admin.name
    assert [(row.field, row.theirs) for row in mine.page.conflicts] == [("text.en", "Theirs.")]
    assert (mine.page.number, mine.page.texts["en"]) == (2, "Mine.")
    mine.send("choose_side", "text.en", "theirs")
    assert (mine.page.texts["en"], mine.page.is_changed) == ("Theirs.", False)
    mine.send("choose_side", "text.en", "mine")
    mine.send("save")
    assert mine.page.conflict_with == ""
    assert _versions(house) == [(1, "We keep your data."), (2, "Theirs."), (3, "Mine.")]


def test_two_who_change_a_planned_version_lose_nothing_also_after_a_lost_connection(house: House):
    condition_id, day = _create(house), (company_today() + timedelta(days=9)).isoformat()
    first = _open(house, condition_id)
    first.send("begin_writing")
    first.send("write_text", "en", "Planned.")
    first.send("choose_start", "day")
    first.send("choose_day", day)
    first.send("save")
    mine, theirs = _open(house, condition_id), _open(house, condition_id)
    later = (company_today() + timedelta(days=12)).isoformat()
    for tab in (mine, theirs):
        tab.send("begin_changing", tab.page.versions[0].id)
    mine.send("write_title", "en", "My title")
    theirs.send("write_text", "en", "Their text.")
    theirs.send("choose_day", later)
    theirs.send("save")
    mine.send("load")
    mine.send("save")
    assert (mine.page.conflicts, mine.page.taken_count, mine.page.version_id) == ([], 2, mine.page.versions[0].id)
    mine.send("save")
    assert _versions(house)[1:] == [(2, "Their text.")]
    newest = mine.page.versions[0]
    assert (newest.title["en"], newest.effective_at) == ("My title", later)


def test_names_archive_and_delete(house: House):
    condition_id = _create(house)
    tab = _open(house, condition_id)
    tab.send("begin_renaming")
    tab.send("save_name", {"name": " "})
    assert "name" in tab.page.field_errors
    tab.send("save_name", {"name": "Data protection"})
    assert tab.page.name == "Data protection"
    tab.send("archive")
    assert tab.page.is_archived
    listed = Tab(house.admin, ConditionsState)
    listed.send("load")
    assert (listed.page.rows, listed.page.archived_count) == ([], 1)
    listed.send("show_archived", True)
    assert [row.name for row in listed.page.rows] == ["Data protection"]
    tab.send("bring_back")
    tab.send("delete")
    assert tab.was_told("Deleted.")
    assert _versions(house) == []


def test_who_may_not_write_reads(house: House):
    condition_id = _create(house)
    reader = _open(house, condition_id, house.sales)
    assert (reader.page.mode, reader.page.may_edit, reader.page.preview_title) == ("one", False, "Privacy policy")
    nothing = Tab(house.sales, ConditionsState, condition="new")
    nothing.send("load")
    assert nothing.page.mode == "missing"


def test_a_version_that_the_server_forgot_comes_back(house: House):
    condition_id = _create(house)
    tab = _open(house, condition_id)
    tab.send("begin_writing")
    tab.send("write_text", "en", "Half a sent")
    other = _open(house, condition_id)
    other.send("restore", tab.page.kept)
    assert (other.page.is_writing, other.page.texts["en"], other.page.is_changed) == (True, "Half a sent", True)
