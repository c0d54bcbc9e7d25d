"""Dynamic fields without a browser: defined, ordered, archived, and two people who write one field."""

from __future__ import annotations

from sqlmodel import select

from portal_app.flows.models import DynamicField, SubstageField
from portal_app.staff.settings.fields.state import FieldsState
from tests.handling import Tab

from .conftest import House


def _new(house: House, kind: str, label: str, **limits: str) -> Tab:
    tab = Tab(house.admin, FieldsState, field="new")
    tab.send("load")
    tab.send("choose_kind", kind)
    tab.send("write", "label.en", label)
    for name, text in limits.items():
        tab.send("write", f"limit.{name}", text)
    return tab


def _saved(house: House) -> list[DynamicField]:
    house.session.expire_all()
    rows = list(house.session.exec(select(DynamicField).order_by("position")))
    house.session.commit()  # nobody waits for what a test reads
    return rows


def _list(house: House, actor=None) -> Tab:
    tab = Tab(actor or house.admin, FieldsState)
    tab.send("load")
    return tab


def test_a_number_is_defined_with_unit_and_limits(house: House):
    tab = _new(house, "number", "Yearly consumption", unit="kWh", minimum="500", maximum="20000")
    assert tab.page.limit_names == ["minimum", "maximum", "decimals", "unit"]
    tab.send("write", "label.de", "Jahresverbrauch")
    tab.send("choose_group", "new")
    tab.send("write", "group_name.en", "Your home")
    tab.send("save")
    assert tab.page.field_errors == {}
    (field,) = _saved(house)
    assert field.label == {"en": "Yearly consumption", "de": "Jahresverbrauch"}
    assert field.limits == {"unit": "kWh", "minimum": "500", "maximum": "20000"}
    listed = _list(house).page
    assert [(group.name, [row.name for row in group.rows]) for group in listed.groups] == [
        ("Your home", ["Yearly consumption"])]


def test_what_is_wrong_stands_at_its_place(house: House):
    tab = _new(house, "number", "", minimum="10", maximum="2")
    tab.send("save")
    assert set(tab.page.field_errors) == {"label.en", "limits.maximum"}
    choice = _new(house, "single-choice", "Roof covering")
    first, second = [row.key for row in choice.page.options]
    choice.send("write_option", first, "en", "Tiles")
    choice.send("save")
    assert [bool(row.error.id) for row in choice.page.options] == [False, True]
    assert second == choice.page.options[1].key
    assert _saved(house) == []
    assert choice.page.options[0].label["en"] == "Tiles", "nothing written is lost"


def test_answers_are_ordered_and_retired(house: House):
    tab = _new(house, "single-choice", "Roof covering")
    for name in ("Tiles", "Slate", "Metal"):
        if name == "Metal":
            tab.send("add_option")
        row = next(row for row in tab.page.options if not row.label["en"])
        tab.send("write_option", row.key, "en", name)
    tab.send("move_option", "option", tab.page.options[2].key, "", 0)
    tab.send("save")
    (field,) = _saved(house)
    assert [option["label"]["en"] for option in field.options] == ["Metal", "Tiles", "Slate"]
    again = Tab(house.admin, FieldsState, field=field.id)
    again.send("load")
    again.send("retire_option", again.page.options[0].key, True)
    again.send("save")
    (field,) = _saved(house)
    assert [(option["label"]["en"], option.get("is_retired", False)) for option in field.options] == [
        ("Tiles", False), ("Slate", False), ("Metal", True)]


def test_two_who_write_one_field_lose_nothing(house: House):
    _new(house, "short-text", "Meter number").send("save")
    (field,) = _saved(house)
    mine, theirs = (Tab(house.admin, FieldsState, field=field.id) for _ in range(2))
    for tab in (mine, theirs):
        tab.send("load")
    theirs.send("write", "label.en", "Number of the meter")
    theirs.send("write", "help.en", "On the front of it.")
    theirs.send("save")
    mine.send("write", "label.en", "Your meter number")
    mine.send("write", "label.de", "Zählernummer")
    mine.send("save")
    assert mine.page.conflict_with == house.admin.name
    assert [row.field for row in mine.page.conflicts] == ["label.en"]
    assert mine.page.helps["en"] == "On the front of it."
    assert mine.page.labels["en"] == "Your meter number"
    mine.send("choose_side", "label.en", "theirs")
    assert mine.page.labels["en"] == "Number of the meter"
    mine.send("choose_side", "label.en", "mine")
    mine.send("save")
    (field,) = _saved(house)
    assert field.label == {"en": "Your meter number", "de": "Zählernummer"}
    assert field.help == {"en": "On the front of it."}


def test_the_list_is_ordered_within_a_group_and_what_is_used_is_archived(house: House):
    for name in ("One", "Two", "Three"):
        _new(house, "short-text", name).send("save")
    tab = _list(house)
    group = tab.page.groups[0]
    tab.send("move_item", group.key, group.rows[2].id, group.key, 0)
    assert [row.name for row in tab.page.groups[0].rows] == ["Three", "One", "Two"]
    tab.send("move_item", group.key, tab.page.groups[0].rows[0].id, group.key, 2)
    assert [row.name for row in tab.page.groups[0].rows] == ["One", "Two", "Three"]
    one, two, _ = _saved(house)
    house.session.add(SubstageField(substage_id=house.substage_ids[0], field_id=one.id, position=0, is_required=True))
    house.session.commit()
    tab.send("load")
    assert [row.place_count for row in tab.page.groups[0].rows] == [1, 0, 0]
    tab.send("ask_to_delete", one.id)
    tab.send("delete")
    assert tab.was_told("It is in use meanwhile, so it was archived.")
    assert tab.page.archived_count == 1
    tab.send("ask_to_delete", two.id)
    tab.send("delete")
    assert [row.name for row in tab.page.groups[0].rows] == ["Three"]
    tab.send("bring_back", one.id)
    assert tab.page.archived_count == 0
    shown = Tab(house.admin, FieldsState, field=one.id)
    shown.send("load")
    assert [(place.substage_name, place.is_required) for place in shown.page.places] == [("Choose", True)]


def test_a_group_is_renamed_for_all_its_fields(house: House):
    for name in ("One", "Two"):
        tab = _new(house, "short-text", name)
        tab.send("choose_group", "0" if name == "Two" else "new")
        if name == "One":
            tab.send("write", "group_name.en", "Home")
        tab.send("save")
    tab = _list(house)
    assert [group.name for group in tab.page.groups] == ["Home"]
    tab.send("begin_renaming", tab.page.groups[0].key)
    assert tab.page.renamed["en"] == "Home"
    tab.send("rename", {"group_name.en": "Your home", "group_name.de": "Ihr Haus"})
    assert {str(field.group_name) for field in _saved(house)} == {str({"en": "Your home", "de": "Ihr Haus"})}
    tab.send("begin_renaming", "nonsense")
    assert tab.page.renaming == ""


def test_who_may_not_define_reads(house: House):
    _new(house, "date", "Moved in").send("save")
    (field,) = _saved(house)
    reader = Tab(house.sales, FieldsState, field=field.id)
    reader.send("load")
    assert (reader.page.mode, reader.page.may_edit, reader.page.labels["en"]) == ("editor", False, "Moved in")
    nothing = Tab(house.sales, FieldsState, field="new")
    nothing.send("load")
    assert nothing.page.mode == "missing"


def test_a_draft_that_the_server_forgot_comes_back(house: House):
    tab = _new(house, "number", "Consumption", unit="kWh")
    kept = tab.page.kept
    other = Tab(house.admin, FieldsState, field="new")
    other.send("load")
    other.send("restore", kept)
    assert (other.page.kind, other.page.labels["en"], other.page.limits["unit"]) == ("number", "Consumption", "kWh")
    other.send("restore", {**kept, "draft": {"label.en": "Other"}})
    assert other.page.labels["en"] == "Consumption", "what is being written is never replaced"
