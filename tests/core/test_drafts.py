"""Two people write the same: nothing of either is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_app.core.drafts import changed_fields, listed, merge, merge_list, part_of, recognised, written

TEXTS, LISTS = ("name.en", "name.de", "view"), ("fields", "conditions")
KEYS = list("abcde")
lists = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(["", "r", "o", "r o"])), max_size=5,
                 unique_by=lambda entry: entry[0]).map(written)
drafts = st.fixed_dictionaries({field: st.sampled_from(["", "a", "b", "c"]) for field in TEXTS}
                               | dict.fromkeys(LISTS, lists))


@given(drafts, drafts, drafts)
def test_nothing_of_either_is_lost(saved, mine, theirs):
    merged = merge(saved, mine, theirs, LISTS)
    for field in TEXTS:
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
    for entry in KEYS:
        was, ours, others = before.get(entry), own.get(entry), other.get(entry)
        assert both.get(entry) == (others if ours == was else ours)
        if ours != was and others not in (was, ours):
            assert is_conflict


@given(lists, lists)
def test_one_who_changes_a_list_alone_decides_it(saved, mine):
    assert merge_list(saved, mine, saved) == (mine, False)
    assert merge_list(saved, saved, mine) == (mine, False)


def test_two_who_add_and_one_who_orders_come_together():
    a, b, c, d, _ = KEYS
    saved = written([(a, ""), (b, "r")])
    mine, theirs = written([(a, ""), (c, ""), (b, "r")]), written([(b, "r"), (a, "o"), (d, "")])
    assert merge_list(saved, mine, theirs) == (written([(b, "r"), (a, "o"), (c, ""), (d, "")]), False)
    assert merge_list(saved, written([(b, "r"), (a, "")]), written([(a, ""), (b, "")]))[1] is False
    three = written([(a, ""), (b, ""), (c, "")])
    assert merge_list(three, written([(b, ""), (a, ""), (c, "")]), written([(a, ""), (c, ""), (b, "")]))[1] is True


@pytest.mark.parametrize("text", ["", "nonsense", "[1]", "3", "[" * 100_000])
def test_a_list_from_a_browser_is_read_with_care(text):
    assert listed(text) == {}


def test_only_texts_are_entries():
    assert listed('{"a": "ro", "b": 3, "c": ""}') == {"a": "ro", "c": ""}
    assert len(listed(written((str(place), "") for place in range(300)))) == 200


def test_rows_that_were_written_anew_are_recognised():
    before = {"a": "panel 5", "b": "panel 7", "c": "cable 1"}
    theirs = {"x": "panel 9", "y": "panel 5", "z": "battery 1", "c": "cable 2"}
    assert recognised(theirs, before, lambda text: text.split()[0]) == {
        "b": "panel 9", "a": "panel 5", "z": "battery 1", "c": "cable 2"}


@given(drafts, drafts)
def test_who_changed_nothing_gets_theirs(saved, theirs):
    merged = merge(saved, saved, theirs, LISTS)
    assert (merged.draft, merged.conflicts, set(merged.taken)) == (theirs, [], set(changed_fields(saved, theirs)))


@given(drafts, drafts)
def test_only_what_differs_is_changed(saved, mine):
    assert [field for field in saved if saved[field] != mine[field]] == changed_fields(saved, mine)
    assert changed_fields(saved, saved) == []


def test_space_around_a_text_is_no_change():
    assert changed_fields({"public_name.en": "Roof"}, {"public_name.en": " Roof "}) == []


def test_fields_belong_to_parts():
    assert [part_of(field) for field in ("name.en", "view")] == ["name", "view"]
