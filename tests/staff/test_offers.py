"""The staff's editor of offers: what is typed is kept, reckoned and saved; what is hostile changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from portal_app.access.actors import Role
from portal_app.core import clock
from portal_app.core.ids import new_id
from portal_app.core.texts import text_id
from portal_app.offers import authoring, deciding, rules
from portal_app.offers.deciding import WishForm
from portal_app.offers.errors import OfferAlreadyDecided, OfferHasNoLines, OfferIsFinal
from portal_app.offers.models import Offer
from portal_app.staff.offers import drafting, state
from portal_app.staff.offers.card import offers_card
from portal_app.staff.offers.drafting import LineRow
from portal_app.staff.offers.state import OfferEditorState
from portal_app.staff.offers.view import offer_editor
from portal_app.ui.shell_state import CHANGED_ELSEWHERE
from tests.factories import actor_of, make_contact, make_opportunity, make_staff
from tests.handling import Tab
from tests.offers.made import NOW, Case, form, line, make_case, make_offer
from tests.serving import serve_from


@pytest.fixture
def served(empty_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    serve_from(empty_database, monkeypatch)
    with clock.fixed(NOW), Session(empty_database, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def case(served: Session) -> Case:
    made = make_case(served, name="Lucía Fernández")
    served.commit()
    return made


def open_offer(served: Session, case: Case, *, shared: bool = False, **values) -> Tab:
    offer_id = make_offer(served, case, shared=shared, **values)
    served.commit()
    browsing = Tab(case.sales, OfferEditorState, at=NOW, offer=offer_id)
    browsing.send("load")
    return browsing


def stored(served: Session, tab: Tab) -> Offer:
    served.rollback()
    served.expire_all()
    return served.get_one(Offer, tab.page.head.id)


def test_the_pages_can_be_built():
    assert "offer-lines" in str(offer_editor())
    assert "offers-card" in str(offers_card(OfferEditorState.briefs, OfferEditorState.wishes, "x", True))


def test_a_project_shows_its_offers_and_wishes(served: Session, case: Case):
    make_offer(served, case)
    deciding.ask_for_change(served, case.customer, case.opportunity.id, WishForm(text="Smaller"))
    served.commit()
    tab = Tab(case.sales, OfferEditorState, at=NOW, project=case.opportunity.id)
    tab.send("load")
    page = tab.page
    assert ([brief.status for brief in page.briefs], [wish.text for wish in page.wishes]) == (["shared"], ["Smaller"])
    assert (page.project.customer_name, page.head.id, page.can_edit) == ("Lucía Fernández", "", True)
    tab.send("create")
    served.rollback()
    assert served.exec(select(Offer.status).order_by(col(Offer.sequence))).all() == ["shared", "draft"]


def test_an_offer_opens_as_it_would_be_typed(served: Session, case: Case):
    case.sales = actor_of(make_staff(served, Role.SALES, language="de"))
    tab = open_offer(served, case, peak_power_wp=5_915, battery_wh=5_000, yearly_saving_cents=126_050, lines=(
        line(16_850, quantity_thousandths=13_500, discount_bp=1_050), line(discount_cents=99)))
    page = tab.page
    assert page.fields == {"title": "Balance", "valid_until": "2026-12-12", "peak_power": "5,915", "modules": "",
                           "battery": "5", "yield_low": "", "yield_high": "", "saving": "1260,5"}
    assert [(r.quantity, r.price, r.vat, r.discount) for r in page.lines] == [
        ("13,5", "168,5", "21", "10,5 %"), ("1", "1000", "21", "0,99")]
    assert (page.text_language, page.lines[0].text) == ("de", "Modul 450 W")
    tab.send("write_in", "it")
    assert (tab.page.lines[0].text, tab.page.lines[0].instead) == ("", "Module 450 W")
    assert not tab.page.is_dirty


def test_totals_follow_what_is_typed(served: Session, case: Case):
    tab = open_offer(served, case)
    tab.send("set_cell", 0, "price", "200")
    assert (tab.page.sums.total_cents, tab.page.is_dirty) == (24_200, True)
    tab.send("add_line")
    assert (tab.page.lines[1].vat, tab.page.lines[1].is_understood) == ("21", False)
    tab.send("set_cell", 1, "price", "10.50")
    tab.send("set_cell", 1, "vat", "10")
    assert [(group.rate, group.vat_cents) for group in tab.page.sums.vat] == [(21, 4_200), (10, 105)]
    tab.send("set_cell", 1, "price", "?")
    assert tab.page.sums.net_cents == 20_000
    tab.send("move_line", 1, -1)
    assert [row.key for row in tab.page.lines] == [1, 0]
    tab.send("move_line", 1, -1)
    assert [row.key for row in tab.page.lines] == [1, 0]
    tab.send("remove_line", 1)
    assert [row.key for row in tab.page.lines] == [0]


def test_what_does_not_change_is_no_change(served: Session, case: Case):
    tab = open_offer(served, case)
    tab.send("set_cell", 0, "price", "1000")
    tab.send("set_field", "title", "Balance")
    tab.send("set_summary", "en", "")
    assert not tab.page.is_dirty


def test_saving_a_draft_keeps_everything(served: Session, case: Case):
    tab = open_offer(served, case)
    for name, value in (("title", "Max"), ("peak_power", "8.6"), ("valid_until", "2026-12-24")):
        tab.send("set_field", name, value)
    tab.send("set_summary", "de", "Jeder gute Platz")
    tab.send("set_cell", 0, "description", "Bigger module\n500 W")
    tab.send("set_cell", 0, "unit", "metre")
    tab.send("set_recommended", True)
    tab.send("save")
    offer = stored(served, tab)
    assert (offer.title, offer.peak_power_wp, offer.is_recommended) == ("Max", 8_600, True)
    assert offer.summary == {"de": "Jeder gute Platz"}
    assert (tab.page.is_dirty, tab.told) == (False, [text_id(state.SAVED)])
    assert tab.page.lines[0].description == {"en": "Bigger module\n500 W", "de": "Modul 450 W"}


def test_mistakes_stand_at_their_cells_and_nothing_is_lost(served: Session, case: Case):
    tab = open_offer(served, case)
    tab.send("add_line")
    tab.send("set_cell", 1, "price", "x")
    tab.send("set_field", "title", "")
    tab.send("save")
    assert set(tab.page.field_errors) == {"title", "lines.1.description", "lines.1.price"}
    assert (tab.page.lines[1].price, tab.page.is_dirty) == ("x", True)
    assert stored(served, tab).title == "Balance"
    assert tab.reader.notices == ["error"]
    tab.send("discard")
    assert (len(tab.page.lines), tab.page.is_dirty, tab.page.field_errors) == (1, False, {})
    assert tab.reader.notices == [], "nothing is marked any more"


def test_a_lost_connection_takes_nothing_away(served: Session, case: Case):
    tab = open_offer(served, case)
    tab.send("set_field", "title", "Mine")
    tab.send("load")
    assert (tab.page.fields["title"], tab.page.is_dirty) == ("Mine", True)


def test_who_saves_second_keeps_the_draft(served: Session, case: Case):
    tab = open_offer(served, case)
    tab.send("set_field", "title", "Mine")
    tab.send("add_line")
    tab.send("set_cell", 1, "description", "My line")
    tab.send("set_cell", 1, "price", "5")
    theirs = form("Theirs").model_copy(update={"module_count": 99})
    authoring.save_offer(served, case.sales, tab.page.head.id, 1, theirs)
    served.commit()
    tab.send("save")
    assert tab.page.conflict_with == case.sales.name
    assert [(row.part, row.theirs, row.mine) for row in tab.page.conflicts] == [("title", "Theirs", "Mine")]
    assert (tab.page.fields["title"], tab.page.fields["modules"], tab.page.is_dirty) == ("Mine", "99", True)
    assert stored(served, tab).title == "Theirs"
    served.rollback()
    tab.send("save")
    saved = stored(served, tab)
    assert (saved.title, saved.module_count) == ("Mine", 99)
    assert [line.text for line in tab.page.lines][1:] == ["My line"]
    assert (tab.page.conflict_with, tab.page.is_dirty) == ("", False)


def test_lines_of_two_come_together_and_of_one_that_both_changed_is_chosen(served: Session, case: Case):
    tab = open_offer(served, case, lines=(line(), line(5_000, description={"en": "Cable"})))
    tab.send("set_cell", 1, "price", "60")
    tab.send("add_line")
    tab.send("set_cell", 2, "description", "Battery")
    tab.send("set_cell", 2, "price", "900")
    theirs = form(lines=(line(200_000), line(5_000, description={"en": "Cable"}), line(700, description={"en": "Meter"})))
    authoring.save_offer(served, case.sales, tab.page.head.id, 1, theirs)
    served.commit()

    def prices() -> dict[str, str]:
        return {row.text.partition("\n")[0]: row.price for row in tab.page.lines}

    tab.send("save")
    assert (tab.page.conflicts, tab.page.taken_count) == ([], 1)
    assert prices() == {"Module 450 W": "2000", "Cable": "60", "Battery": "900", "Meter": "7"}
    theirs = theirs.model_copy(update={"lines": (line(200_000), line(8_000, description={"en": "Cable"}))})
    authoring.save_offer(served, case.sales, tab.page.head.id, 2, theirs)
    served.commit()
    tab.send("save")
    assert [row.part for row in tab.page.conflicts] == ["lines"]
    assert [entry.name for entry in tab.page.conflicts[0].their_entries] == [
        "Module 450 W: 1 pcs × 2000 · 21 %", "Cable: 1 pcs × 80 · 21 %"]
    assert prices() == {"Module 450 W": "2000", "Cable": "60", "Battery": "900"}
    tab.send("choose_side", "lines", "theirs")
    assert prices() == {"Module 450 W": "2000", "Cable": "80"}
    tab.send("choose_side", "lines", "mine")
    tab.send("save")
    assert (prices(), tab.page.is_dirty) == ({"Module 450 W": "2000", "Cable": "60", "Battery": "900"}, False)


def test_a_draft_that_the_server_forgot_comes_back(served: Session, case: Case):
    tab = open_offer(served, case)
    tab.send("set_field", "title", "Half a title")
    tab.send("set_cell", 0, "price", "12.5")
    kept = tab.page.kept
    again = Tab(case.sales, OfferEditorState, at=NOW, offer=tab.page.head.id)
    again.send("load")
    assert again.page.mark != kept["mark"]
    for wrong in ({}, {**kept, "about": new_id()}, {**kept, "revision": "x"}, {**kept, "draft": 3}):
        again.send("restore", wrong)
        assert not again.page.is_dirty
    listed = kept["draft"]["lines"].replace("{", '{"7": "junk", "x": "{}", ', 1)
    again.send("restore", {**kept, "draft": {**kept["draft"], "lines": listed}})
    assert (again.page.fields["title"], [row.price for row in again.page.lines]) == ("Half a title", ["12.5"])
    again.send("restore", {**kept, "draft": {**kept["draft"], "title": "Older"}})
    assert again.page.fields["title"] == "Half a title", "what is being written is never replaced"
    again.send("save")
    assert stored(served, again).title == "Half a title"


def test_sharing_changing_and_withdrawing(served: Session, case: Case):
    tab = open_offer(served, case)
    tab.send("set_field", "title", "Changed")
    tab.send("ask", "share")
    assert tab.page.dialog == "", "first save"
    tab.send("save")
    tab.send("ask", "share")
    assert tab.page.dialog == "share"
    tab.send("share")
    assert (tab.page.head.status, tab.page.head.version, tab.page.dialog) == ("shared", 1, "")
    tab.send("set_cell", 0, "price", "5")
    tab.send("save")
    assert (tab.page.head.version, tab.page.outcome.decision) == (2, "")
    tab.send("toggle_preview")
    assert (tab.page.is_previewing, tab.page.preview.net_cents, tab.page.preview.version) == (True, 500, 2)
    tab.send("toggle_preview")
    assert not tab.page.is_previewing
    tab.send("ask", "withdraw")
    tab.send("dismiss")
    tab.send("withdraw")
    assert (tab.page.head.status, tab.page.head.may_edit) == ("withdrawn", False)
    for late in ("save", "share"):
        tab.send(late)
        assert tab.told[-1] == text_id(OfferIsFinal.text)
    tab.send("add_line")
    assert len(tab.page.lines) == 1


def test_an_ordered_offer_shows_who_and_nothing_more_is_shared(served: Session, case: Case):
    tab = open_offer(served, case, shared=True)
    draft = open_offer(served, case)
    deciding.accept_offer(served, case.customer, tab.page.head.id, 1, 121_000, "")
    served.commit()
    tab.send("load")
    assert (tab.page.head.status, tab.page.outcome.contact_name) == ("accepted", "Lucía Fernández")
    draft.send("share")
    assert draft.told == [text_id(OfferAlreadyDecided.text)]


def test_copies_and_deleted_drafts(served: Session, case: Case):
    tab = open_offer(served, case)
    tab.send("duplicate")
    tab.send("delete")
    served.rollback()
    assert served.exec(select(Offer.sequence)).all() == [2]


def test_who_may_only_read_sees_but_cannot_edit(served: Session, case: Case):
    offer_id = make_offer(served, case)
    viewer = actor_of(make_staff(served, Role.VIEWER))
    served.commit()
    tab = Tab(viewer, OfferEditorState, at=NOW, offer=offer_id)
    tab.send("load")
    assert (tab.page.head.may_edit, tab.page.can_edit, tab.page.fields["title"]) == (False, False, "Balance")
    for handler in ("save", "share", "withdraw", "duplicate", "delete", "create"):
        tab.send(handler)
    served.rollback()
    assert served.exec(select(Offer.status)).all() == ["shared"]


def test_foreign_and_unknown_offers_look_alike(served: Session, case: Case):
    foreign = make_opportunity(served, contact=make_contact(served), substage=case.substages[0])
    offer_id = make_offer(served, Case(foreign, case.contact, case.customer, case.sales, case.substages))
    installer = actor_of(make_staff(served, Role.INSTALLER))
    served.commit()
    for query in ({"offer": offer_id}, {"offer": new_id()}, {"project": foreign.id}, {"project": new_id()}, {},
                  {"offer": "?"}):
        tab = Tab(installer, OfferEditorState, at=NOW, **query)
        tab.send("load")
        assert (tab.page.is_missing, tab.page.briefs, tab.page.head.id) == (True, [], "")


def test_a_failing_database_is_told(served: Session, case: Case, monkeypatch: pytest.MonkeyPatch):
    def broken(*_):
        raise OSError

    tab = open_offer(served, case)
    monkeypatch.setattr(state, "read_desk", broken)
    tab.send("load")
    assert tab.page.has_failed


def test_no_more_lines_than_fit(served: Session, case: Case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rules, "MOST_LINES", 2)
    tab = open_offer(served, case)
    for _ in range(4):
        tab.send("add_line")
    assert len(tab.page.lines) == 2


def test_nobody_is_asked_whether_to_share_an_offer_without_lines(served: Session, case: Case):
    tab = open_offer(served, case)
    tab.send("remove_line", 0)
    tab.send("save")
    tab.send("ask", "share")
    assert (tab.page.dialog, tab.told[-1]) == ("", text_id(OfferHasNoLines.text))


def test_an_empty_offer_starts_with_a_line(served: Session, case: Case):
    offer_id = authoring.create_offer(served, case.sales, case.opportunity.id)
    served.commit()
    tab = Tab(case.sales, OfferEditorState, at=NOW, offer=offer_id)
    tab.send("load")
    assert [(row.quantity, row.vat) for row in tab.page.lines] == [("1", "21")]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3), max_leaves=6)
cells = st.sampled_from(["description", "quantity", "unit", "price", "vat", "discount"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(anything | st.integers(0, 2), anything | cells, anything)
def test_whatever_a_client_sends_breaks_nothing(served: Session, case: Case, one, two, three):
    tab = open_offer(served, case)
    for handler, arguments in (("set_field", (two, three)), ("set_cell", (one, two, three)), ("set_summary", (two, three)),
                               ("set_recommended", (one,)), ("remove_line", (one,)), ("move_line", (one, three)),
                               ("write_in", (two,)), ("ask", (two,)), ("save", ())):
        tab.send(handler, *arguments)
    assert tab.page.busy is False


@given(st.lists(st.builds(
    LineRow, key=st.integers(0, 99), quantity=st.text(max_size=40), price=st.text(max_size=40), vat=st.text(max_size=40),
    discount=st.text(max_size=40)), max_size=5), st.sampled_from(["en", "de"]))
def test_whatever_is_typed_is_reckoned_as_far_as_it_is_understood(rows: list[LineRow], language: str):
    told, sums = drafting.reckoned(rows, language)
    assert sums.net_cents == sum(row.net_cents for row in told)
    assert sums.total_cents == sums.net_cents + sum(group.vat_cents for group in sums.vat)


def test_what_changes_elsewhere_follows_in_the_lists_and_never_in_the_editor(served: Session, case: Case):
    tab = open_offer(served, case)
    tab.send("set_field", "title", "Half a title")
    deciding.ask_for_change(served, case.customer, case.opportunity.id, WishForm(text="Smaller"))
    make_offer(served, case, "Another", shared=False)
    served.commit()
    tab.send("refresh")
    assert ([wish.text for wish in tab.page.wishes], len(tab.page.briefs)) == (["Smaller"], 2)
    assert (tab.page.fields["title"], tab.page.is_dirty) == ("Half a title", True)
    assert tab.told == []
    offer = stored(served, tab)
    offer.revision += 1
    served.add(offer)
    served.commit()
    tab.send("refresh")
    assert (tab.page.fields["title"], tab.told) == ("Half a title", [text_id(CHANGED_ELSEWHERE)])
