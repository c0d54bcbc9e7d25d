"""Two people write the same substage: nothing of either is lost."""

from hypothesis import given
from hypothesis import strategies as st

from portal_app.core.forms import parse
from portal_app.flows import draft
from portal_app.flows.draft import (
    FIELDS,
    LISTS,
    changed_fields,
    draft_of,
    entries_of,
    listed,
    merge,
    merge_list,
    part_of,
    written,
)
from portal_app.flows.rules import StageForm, SubstageForm
from portal_app.flows.tree import StageNode, SubstageNode

IDS = [letter * 32 for letter in "abcde"]
lists = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(["", "r", "o", "or"])), max_size=5,
                 unique_by=lambda entry: entry[0]).map(written)
drafts = st.fixed_dictionaries({field: st.sampled_from(["", "a", "b", "c"]) for field in FIELDS}
                               | dict.fromkeys(LISTS, lists))


@given(drafts, drafts, drafts)
def test_nothing_of_either_is_lost(saved, mine, theirs):
    merged = merge(saved, mine, theirs)
    for field in FIELDS:
        if mine[field] != saved[field]:
            assert merged.draft[field] == mine[field], "what I wrote stays"
            differs = theirs[field] not in (saved[field], mine[field])
            assert (field in merged.conflicts) == differs, "and I am told where they wrote something else"
        else:
            assert merged.draft[field] == theirs[field], "what only they wrote is taken over"
            assert (field in merged.taken) == (theirs[field] != saved[field])


@given(lists, lists, lists)
def test_no_entry_of_a_list_is_lost(saved, mine, theirs):
    merged, is_conflict = merge_list(saved, mine, theirs)
    before, own, other, both = map(listed, (saved, mine, theirs, merged))
    for entry in IDS:
        was, ours, others = before.get(entry), own.get(entry), other.get(entry)
        assert both.get(entry) == (others if ours == was else ours)
        if ours != was and others not in (was, ours):
            assert is_conflict


@given(lists, lists)
def test_one_who_changes_a_list_alone_decides_it(saved, mine):
    assert merge_list(saved, mine, saved) == (mine, False)
    assert merge_list(saved, saved, mine) == (mine, False)


def test_two_who_add_and_one_who_orders_come_together():
    a, b, c, d, _ = IDS
    saved = written([(a, ""), (b, "r")])
    mine, theirs = written([(a, ""), (c, ""), (b, "r")]), written([(b, "r"), (a, "o"), (d, "")])
    assert merge_list(saved, mine, theirs) == (written([(b, "r"), (a, "o"), (c, ""), (d, "")]), False)
    assert merge_list(saved, written([(b, "r"), (a, "")]), written([(a, ""), (b, "")]))[1] is False
    three = written([(a, ""), (b, ""), (c, "")])
    assert merge_list(three, written([(b, ""), (a, ""), (c, "")]), written([(a, ""), (c, ""), (b, "")]))[1] is True


def test_a_list_from_a_browser_is_read_with_care():
    assert listed(f"{IDS[0]}:rro nonsense {IDS[1]} {IDS[2]}:x {IDS[3]}:") == {IDS[0]: "or", IDS[3]: ""}


@given(drafts, drafts)
def test_who_changed_nothing_gets_theirs(saved, theirs):
    assert merge(saved, saved, theirs) == (theirs, [], changed_fields(saved, theirs))


@given(drafts, drafts)
def test_only_what_differs_is_changed(saved, mine):
    assert [field for field in (*FIELDS, *LISTS) if saved[field] != mine[field]] == changed_fields(saved, mine)
    assert changed_fields(saved, saved) == []


def test_a_draft_goes_there_and_back():
    node = SubstageNode(id="s", stage_id="t", position=0, public_name={"en": "Draw", "de": "Zeichnen"},
                        public_description={"it": "Adesso"}, view_kind="drawing")
    flat = draft_of(node)
    assert flat["public_name.de"] == "Zeichnen"
    assert flat["public_name.es"] == ""
    form = parse(SubstageForm, entries_of(flat, with_view=True))
    assert (form.public_name, form.public_description, form.view_kind) == (
        node.public_name, node.public_description, node.view_kind)
    bare = SubstageNode(id="s", stage_id="t", position=0, public_name={"en": "Wait"})
    assert parse(SubstageForm, entries_of(draft_of(bare), with_view=True)).view_kind is None


def test_a_stage_has_no_view():
    node = StageNode(id="s", flow_id="f", position=0, public_name={"en": "Roof"})
    flat = draft_of(node)
    assert flat[draft.VIEW_KIND] == ""
    assert parse(StageForm, entries_of(flat, with_view=False)).public_name == {"en": "Roof"}


def test_space_around_a_text_is_no_change():
    assert changed_fields({"public_name.en": "Roof"}, {"public_name.en": " Roof "}) == []


def test_fields_belong_to_parts():
    assert {part_of(field) for field in FIELDS} == {"name", "description", "view", "ball"}
    assert [part_of(field) for field in LISTS] == ["fields", "conditions"]
    assert [part_of(field) for field in ("public_name.en", "public_description.en", "view_kind")] == [
        "name", "description", "view"]
