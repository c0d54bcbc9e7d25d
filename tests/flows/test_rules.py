"""What a flow needs, and that putting things in another order loses nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_app.core.errors import InvalidForm
from portal_app.core.forms import parse
from portal_app.flows import rules
from portal_app.flows.rules import FlowForm, LastOne, StageForm, SubstageForm, TooMany
from portal_app.flows.tree import FlowTree, StageNode, SubstageNode
from portal_app.flows.view_kinds import DOCUMENTATION, VIEWS, ViewKind

LANGUAGES = ("en", "es", "it", "de")


def tree_of(*stages: list[str]) -> FlowTree:
    return FlowTree(id="flow", name="Home solar", stages=[
        StageNode(id=f"stage{n}", flow_id="flow", position=n, public_name={"en": f"Stage {n}"}, substages=[
            SubstageNode(id=substage, stage_id=f"stage{n}", position=m, public_name={"en": substage})
            for m, substage in enumerate(substages)])
        for n, substages in enumerate(stages)])


@given(st.lists(st.integers(), unique=True, min_size=1), st.data(), st.integers(-50, 50))
def test_reordering_is_a_permutation(items: list[int], data, position: int):
    item = data.draw(st.sampled_from(items))
    moved = rules.moved(items, item, position)
    assert sorted(moved) == sorted(items)
    assert moved.index(item) == max(0, min(position, len(items) - 1))
    assert [other for other in moved if other != item] == [other for other in items if other != item]


@given(st.lists(st.integers(), unique=True, min_size=1), st.data())
def test_reordering_can_be_undone(items: list[int], data):
    item = data.draw(st.sampled_from(items))
    there = rules.moved(items, item, data.draw(st.integers(0, 20)))
    assert rules.moved(there, item, items.index(item)) == items


def test_an_item_from_elsewhere_is_put_in():
    assert rules.moved(["a", "b"], "x", 1) == ["a", "x", "b"]


@given(st.text())
def test_cleaned_texts_can_be_stored(text: str):
    cleaned = rules.clean_text(text)
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")
    assert cleaned == rules.clean_text(cleaned)
    assert "\n" not in rules.clean_line(text)


def test_line_breaks_stay_where_they_belong():
    form = parse(SubstageForm, {"public_name": {"en": " Your\n roof "}, "public_description": {"en": "One\n\nTwo\x07"}})
    assert form.public_name == {"en": "Your roof"}
    assert form.public_description == {"en": "One\n\nTwo"}


def test_only_known_languages_with_a_text_are_kept():
    form = parse(StageForm, {"public_name": {"en": "Roof", "es": "  ", "fr": "Toit", "de": 7}})
    assert form.public_name == {"en": "Roof"}
    assert form.public_description == {}


@pytest.mark.parametrize(("entry", "field"), [
    ({"public_name": "Roof"}, "public_name"),
    ({}, "public_name"),
    ({"public_name": {"de": "x" * 81}}, "public_name"),
    ({"public_name": {"en": "Roof"}, "public_description": {"it": "x" * 1201}}, "public_description"),
    ({"public_name": {"en": "Roof"}, "view_kind": "setvar"}, "view_kind"),
    ({"public_name": {"en": "Roof"}, "position": 3}, "position"),
])
def test_what_does_not_fit_is_named(entry: dict, field: str):
    with pytest.raises(InvalidForm) as invalid:
        parse(SubstageForm, entry)
    assert list(invalid.value.errors) == [field]


def test_the_longest_texts_fit():
    form = parse(StageForm, {"public_name": {"en": "x" * 80}, "public_description": {"en": "y" * 1200}})
    assert len(form.public_name["en"]) == rules.NAME_LENGTH
    assert len(form.public_description["en"]) == rules.DESCRIPTION_LENGTH


def test_no_view_is_none():
    assert parse(SubstageForm, {"public_name": {"en": "a"}, "view_kind": ""}).view_kind is None
    assert parse(SubstageForm, {"public_name": {"en": "a"}, "view_kind": "offer"}).view_kind is ViewKind.OFFER


@pytest.mark.parametrize("name", ["", "  \n", "x" * 81, None, 3])
def test_a_flow_needs_a_name(name):
    with pytest.raises(InvalidForm) as invalid:
        parse(FlowForm, {"name": name})
    assert list(invalid.value.errors) == ["name"]


def test_a_flows_name_is_one_line():
    assert parse(FlowForm, {"name": " Home \n solar", "public_name": {"es": "Solar en\ncasa"}}).model_dump() == {
        "name": "Home solar", "public_name": {"es": "Solar en casa"}}


def test_the_name_in_the_companys_language_is_required():
    rules.demand_name({"es": "Tejado"}, "es")
    for texts in ({"en": "Roof"}, {"es": ""}, {}):
        with pytest.raises(InvalidForm) as invalid:
            rules.demand_name(texts, "es")
        assert list(invalid.value.errors) == ["public_name.es"]


def test_there_is_room_until_it_is_full():
    rules.demand_room(19, 20)
    with pytest.raises(TooMany):
        rules.demand_room(20, 20)


def test_one_substage_stays():
    tree = tree_of(["a", "b"], ["c"])
    rules.demand_rest(tree, ["a", "b"])
    with pytest.raises(LastOne):
        rules.demand_rest(tree, ["a", "b", "c"])
    with pytest.raises(LastOne):
        rules.demand_rest(tree_of(["a"], []), ["a"])


def test_missing_languages():
    assert rules.missing({"en": "Roof"}, {}, LANGUAGES) == ["es", "it", "de"]
    assert rules.missing(dict.fromkeys(LANGUAGES, "x"), {}, LANGUAGES) == []
    assert rules.missing(dict.fromkeys(LANGUAGES, "x"), {"en": "y", "it": ""}, LANGUAGES) == ["es", "it", "de"]
    assert rules.missing({"en": "Roof"}, {"es": "y"}, ("en",)) == ["en"]


def test_who_acts_follows_from_the_view():
    assert {kind: rules.who_acts(kind) for kind in (*ViewKind, None, "unknown")} == {
        ViewKind.DRAWING: "you", ViewKind.OFFER: "you", ViewKind.FINALIZATION_SUCCESS: "us",
        **dict.fromkeys(DOCUMENTATION, "you"),
        ViewKind.FINALIZATION_FAILED: "us", None: "us", "unknown": "us"}
    assert all(rules.who_acts(kind) == ("you" if view.acts else "us") for kind, view in VIEWS.items())


def test_only_the_end_without_success_is_a_way_out():
    assert [kind for kind in (*ViewKind, None) if rules.is_way_out(kind)] == [ViewKind.FINALIZATION_FAILED]


def test_a_tree_finds_its_parts():
    tree = tree_of(["a", "b"], ["c"])
    assert [substage.id for substage in tree.substages()] == ["a", "b", "c"]
    found, stage = tree.substage("c"), tree.stage("stage0")
    assert found is not None
    assert found.stage_id == "stage1"
    assert stage is not None
    assert stage.position == 0
    assert tree.substage("x") is None
    assert tree.stage("x") is None
