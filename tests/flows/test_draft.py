"""A stage or substage as a draft."""

from portal_app.core.forms import parse
from portal_app.flows import draft
from portal_app.flows.draft import draft_of, entries_of
from portal_app.flows.rules import StageForm, SubstageForm
from portal_app.flows.tree import StageNode, SubstageNode


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
