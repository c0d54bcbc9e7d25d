"""Two people write the same substage: nothing of either is lost."""

from hypothesis import given
from hypothesis import strategies as st

from portal_app.core.forms import parse
from portal_app.flows import draft
from portal_app.flows.draft import FIELDS, changed_fields, draft_of, entries_of, merge, part_of
from portal_app.flows.rules import StageForm, SubstageForm
from portal_app.flows.tree import StageNode, SubstageNode

drafts = st.fixed_dictionaries({field: st.sampled_from(["", "a", "b", "c"]) for field in FIELDS})


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


@given(drafts, drafts)
def test_who_changed_nothing_gets_theirs(saved, theirs):
    assert merge(saved, saved, theirs) == (theirs, [], changed_fields(saved, theirs))


@given(drafts, drafts)
def test_only_what_differs_is_changed(saved, mine):
    assert [field for field in FIELDS if saved[field] != mine[field]] == changed_fields(saved, mine)
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
    assert {part_of(field) for field in FIELDS} == {"name", "description", "view"}
    assert [part_of(field) for field in ("public_name.en", "public_description.en", "view_kind")] == [
        "name", "description", "view"]
