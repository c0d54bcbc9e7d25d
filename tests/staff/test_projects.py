"""Staff pages without a browser: home, list and board, one project, a new customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from portal_app.access.actors import Role
from portal_app.automations.rules import TRIGGERS
from portal_app.company.service import forget_snapshot
from portal_app.core.ids import new_id
from portal_app.customers.models import Contact
from portal_app.messaging.defaults import ensure_templates
from portal_app.messaging.models import OutboxMail
from portal_app.messaging.service import enqueue_template
from portal_app.opportunities.detail import HistoryRow
from portal_app.opportunities.listing import Filters, PageOf
from portal_app.opportunities.models import Opportunity, SubstageChange
from portal_app.opportunities.service import move
from portal_app.roofs.geocoding import DemoIndex
from portal_app.roofs.search import use_geocoder
from portal_app.staff.contact_form import began
from portal_app.staff.customers.state import CustomersState
from portal_app.staff.customers.view import customers
from portal_app.staff.home.state import StaffHomeState, load_staff_home
from portal_app.staff.home.view import staff_home
from portal_app.staff.new_customer.state import NewCustomerState
from portal_app.staff.new_customer.view import new_customer
from portal_app.staff.opportunities.state import ProjectsState, load_projects
from portal_app.staff.opportunities.state import address_of as list_address
from portal_app.staff.opportunities.view import projects
from portal_app.staff.opportunity.state import ProjectState, by_day, load_project
from portal_app.staff.opportunity.view import BECAUSE, project
from portal_app.ui.shell_state import ShellState
from tests.factories import actor_of, make_company, make_contact, make_flow, make_opportunity, make_staff
from tests.handling import Reader, address_of, queries, served

assert served
WAY = (("Request", [("We have your request", None)]), ("Your offer", [("We plan", None), ("Choose", "offer")]),
       ("Switch-on", [("Done", "finalization-success")]))


@pytest.fixture
def way(served):
    make_company(served)
    ensure_templates(served)
    forget_snapshot()
    _, substages = make_flow(served, *WAY)
    yield substages
    forget_snapshot()


def open_page(session, state_class, role=Role.SALES, **query):
    reader = Reader(actor_of(make_staff(session, role)), **query)
    session.commit()
    reader.send(state_class, "load")
    return reader, reader.state(state_class)


@pytest.mark.parametrize("page", [customers, staff_home, new_customer, projects, project])
def test_the_pages_can_be_built(page):
    assert "data-testid" in str(page())


def test_home_counts_whose_turn_it_is_and_shows_own_projects(served, way):
    member = make_staff(served, Role.SALES)
    mine = make_opportunity(served, substage=way[1], owner_id=member.id)
    for substage in (way[0], way[2], way[3]):
        make_opportunity(served, substage=substage)
    served.commit()
    reader = Reader(actor_of(member))
    reader.send(StaffHomeState, "load")
    state = reader.state(StaffHomeState)
    figures = state.figures
    assert (figures.with_company.number, figures.with_customers.number, figures.ended.number) == (2, 1, 1)
    assert [row.id for row in state.own] == [mine.id]
    assert [column.count.number for column in state.columns] == [1, 2, 1]
    assert not state.is_empty


def test_home_of_a_new_company_is_empty(served, way):
    _, state = open_page(served, StaffHomeState)
    assert (state.is_empty, state.is_loaded, state.can_add) == (True, True, True)


def test_the_list_reads_its_filters_from_the_address(served, way):
    found = make_opportunity(served, substage=way[2], search_text="lucía fernández")
    make_opportunity(served, substage=way[2], search_text="marco bianchi")
    make_opportunity(served, substage=way[0], search_text="lucía prieto")
    _, state = open_page(served, ProjectsState, search="lucia", stage=way[2].stage_id, sort="entered")
    assert [row.id for row in state.rows] == [found.id]
    assert (state.is_filtered, state.total.number) == (True, 1)
    assert state.list_address == f"/staff/projects?search=lucia&stage={way[2].stage_id}&sort=entered"


def test_an_address_that_makes_no_sense_shows_everything(served, way):
    made = make_opportunity(served, substage=way[0])
    _, state = open_page(served, ProjectsState, sort="password", after="%%%")
    assert [row.id for row in state.rows] == [made.id]


def test_choosing_a_filter_goes_to_its_address_and_another_process_forgets_the_stage(served, way):
    make_opportunity(served, substage=way[0])
    reader, _ = open_page(served, ProjectsState, stage=way[0].stage_id, search="x")
    [answer] = reader.send(ProjectsState, "choose", "turn", "company")
    assert address_of(answer) == f"/staff/projects?search=x&stage={way[0].stage_id}&turn=company"
    [answer] = reader.send(ProjectsState, "choose", "flow", "0" * 32)
    assert address_of(answer) == f"/staff/projects?search=x&flow={'0' * 32}"
    assert reader.send(ProjectsState, "choose", "sort", "drop table") == []
    assert reader.state(ProjectsState).field_errors
    assert reader.send(ProjectsState, "choose", "is_admin", "1") == []


def test_pages_lead_on_and_back(served, way):
    for n in range(30):
        make_opportunity(served, substage=way[0], changed_at=datetime.now(UTC) - timedelta(minutes=n))
    reader, state = open_page(served, ProjectsState)
    first = [row.id for row in state.rows]
    assert (len(first), state.has_next, state.has_previous) == (25, True, False)
    [answer] = reader.send(ProjectsState, "go_next")
    reader.query = {"after": address_of(answer).split("after=")[1].replace("%3D", "=")}
    reader.send(ProjectsState, "load")
    state = reader.state(ProjectsState)
    assert (len(state.rows), state.has_next, state.has_previous) == (5, False, True)
    [answer] = reader.send(ProjectsState, "go_previous")
    reader.query = {"before": address_of(answer).split("before=")[1].replace("%3D", "=")}
    reader.send(ProjectsState, "load")
    assert [row.id for row in reader.state(ProjectsState).rows] == first


def test_the_board_of_a_process_that_is_gone_leads_to_the_first(served, way):
    reader, _ = open_page(served, ProjectsState, view="board", flow=new_id())
    [answer] = reader.send(ProjectsState, "load")
    assert address_of(answer) == "/staff/projects?view=board"


def test_usual_filters_are_left_out_of_the_address():
    assert list_address(Filters()) == "/staff/projects"
    assert list_address(Filters(is_quiet=True, search="a b"), view="board") == (
        "/staff/projects?search=a+b&quiet=1&view=board")


def test_a_project_is_moved_by_hand_with_a_reason(served, way):
    opportunity = make_opportunity(served, substage=way[0])
    reader, state = open_page(served, ProjectState, id=opportunity.id)
    assert (state.header.substage_name, state.can_move) == ("We have your request", True)
    reader.send(ProjectState, "ask_move", way[2].id)
    assert (state.is_asking, state.target_name) == (True, "Choose")
    reader.send(ProjectState, "move", {"note": "As agreed on the phone"})
    state = reader.state(ProjectState)
    assert (state.header.substage_name, state.header.turn, state.is_asking) == ("Choose", "customer", False)
    assert reader.notices == ["ok"]
    [row] = state.days[0].rows
    assert (row.to_name, row.note, row.cause, row.by_kind) == ("Choose", "As agreed on the phone", "by-hand", "staff")


def test_who_was_overtaken_sees_where_it_stands_and_moves_nothing(served, way):
    opportunity = make_opportunity(served, substage=way[0])
    one, _ = open_page(served, ProjectState, id=opportunity.id)
    other, _ = open_page(served, ProjectState, id=opportunity.id)
    for reader, target in ((one, way[1]), (other, way[3])):
        reader.send(ProjectState, "ask_move", target.id)
        reader.send(ProjectState, "move", {})
    state = other.state(ProjectState)
    assert (state.header.substage_name, state.is_asking, list(state.field_errors)) == ("We plan", True, ["form"])
    served.expire_all()
    assert len(served.exec(select(SubstageChange)).all()) == 1


def test_a_step_of_another_process_is_not_even_asked_for(served, way):
    _, others = make_flow(served)
    opportunity = make_opportunity(served, substage=way[0])
    reader, _ = open_page(served, ProjectState, id=opportunity.id)
    for substage_id in (others[0].id, way[0].id, "junk"):
        reader.send(ProjectState, "ask_move", substage_id)
        assert not reader.state(ProjectState).is_asking
    reader.send(ProjectState, "move", {"note": "x"})
    served.expire_all()
    assert served.get_one(Opportunity, opportunity.id).substage_id == way[0].id


def test_a_reason_that_is_too_long_is_told_at_its_field(served, way):
    opportunity = make_opportunity(served, substage=way[0])
    reader, _ = open_page(served, ProjectState, id=opportunity.id)
    reader.send(ProjectState, "ask_move", way[1].id)
    reader.send(ProjectState, "move", {"note": "x" * 501})
    state = reader.state(ProjectState)
    assert (list(state.field_errors), state.is_asking) == (["note"], True)


@pytest.mark.parametrize("asked", ["foreign", "unknown", "junk"])
def test_a_foreign_an_unknown_and_a_mistyped_project_look_alike(served, way, asked):
    foreign = make_opportunity(served, substage=way[0])
    given = {"foreign": foreign.id, "unknown": new_id(), "junk": "../x"}[asked]
    _, state = open_page(served, ProjectState, Role.INSTALLER, id=given)
    assert (state.is_missing, state.header.number, state.contact.email) == (True, "", "")


def test_an_access_link_is_sent_and_stands_among_the_mails(served, way):
    opportunity = make_opportunity(served, substage=way[0])
    reader, _ = open_page(served, ProjectState, id=opportunity.id)
    reader.send(ProjectState, "send_link")
    state = reader.state(ProjectState)
    assert (len(state.mails), state.mails[0].status, reader.notices) == (1, "waiting", ["ok"])
    served.expire_all()
    [mail] = served.exec(select(OutboxMail)).all()
    assert (mail.opportunity_id, mail.contact_id, mail.is_secret) == (opportunity.id, opportunity.contact_id, True)
    served.rollback()
    for _ in range(3):
        reader.send(ProjectState, "send_link")
    assert reader.notices[-1] == "error"  # not as often as one likes


def test_a_contact_is_corrected_and_wrong_entries_are_told(served, way):
    opportunity = make_opportunity(served, substage=way[0])
    make_contact(served, email="taken@example.com")
    reader, state = open_page(served, ProjectState, id=opportunity.id)
    form = {"name": "Berta", "email": "taken@example.com", "phone": "", "address": "", "language": "de"}
    reader.send(ProjectState, "edit_contact")
    reader.send(ProjectState, "save_contact", form)
    assert (list(state.field_errors), state.is_editing_contact) == (["email"], True)
    for event in ("load", "send_link"):
        reader.send(ProjectState, event)
        assert reader.state(ProjectState).is_editing_contact, event
    reader.send(ProjectState, "save_contact", {**form, "email": "berta@example.com"})
    state = reader.state(ProjectState)
    assert (state.contact.name, state.contact.email, state.contact_language, state.is_editing_contact) == (
        "Berta", "berta@example.com", "Deutsch", False)
    reader.send(ProjectState, "edit_contact")
    reader.send(ProjectState, "leave_contact")
    assert not reader.state(ProjectState).is_editing_contact


def test_what_the_customer_changed_while_staff_wrote_stays(served, way):
    contact = make_contact(served)
    reader, state = open_page(served, ProjectState, id=make_opportunity(served, substage=way[0], contact=contact).id)
    reader.send(ProjectState, "edit_contact")
    form = {**began(state.contact), "phone": "123456"}
    contact.email = "new@example.com"
    served.add(contact)
    served.commit()
    reader.send(ProjectState, "save_contact", form)
    saved = reader.state(ProjectState).contact
    assert (saved.email, saved.phone) == ("new@example.com", "123456")


def test_mails_are_not_read_for_whoever_may_not_see_them(served, way):
    member = make_staff(served, Role.INSTALLER)
    opportunity = make_opportunity(served, substage=way[0], owner_id=member.id)
    served.commit()
    reader = Reader(actor_of(member), id=opportunity.id)
    reader.send(ProjectState, "load")
    state = reader.state(ProjectState)
    assert (state.mails, state.can_see_mail, state.can_send_link, state.can_move) == ([], False, False, True)


def test_history_is_told_by_day_of_the_companys_calendar():
    def row(hour: int) -> HistoryRow:
        return HistoryRow(id=str(hour), at=datetime(2026, 11, 20, hour, 30, tzinfo=UTC), is_first=False, to_name="x",
                          by_kind="staff", by_name="", cause="", note="")

    days = by_day([row(23), row(22), row(9)], "Europe/Madrid")
    assert [(day.day, len(day.rows)) for day in days] == [("2026-11-21", 1), ("2026-11-20", 2)]


FORM = {"name": "Lucía Fernández", "email": "Lucia@Example.com", "phone": "+34 600 100 200", "language": "es",
        "address": "", "owner_id": ""}


def test_a_new_customer_gets_a_project_and_one_is_led_there(served, way):
    reader, state = open_page(served, NewCustomerState)
    answers = reader.send(NewCustomerState, "save", {**FORM, "flow_id": state.flow_id})
    served.expire_all()
    [opportunity] = served.exec(select(Opportunity)).all()
    contact = served.get_one(Contact, opportunity.contact_id)
    assert (contact.email, contact.language, opportunity.substage_id) == ("lucia@example.com", "es", way[0].id)
    assert address_of(answers[-1]) == f"/staff/project?id={opportunity.id}"
    assert reader.notices == ["ok"]


def test_wrong_entries_are_told_at_their_fields_and_nothing_is_stored(served, way):
    reader, _state = open_page(served, NewCustomerState)
    reader.send(NewCustomerState, "save", {**FORM, "name": " ", "email": "x", "phone": "call me", "flow_id": ""})
    assert {"name", "email", "phone"} <= set(reader.state(NewCustomerState).field_errors)
    reader.send(NewCustomerState, "save", {**FORM, "flow_id": ""})
    assert list(reader.state(NewCustomerState).field_errors) == ["flow_id"]
    assert not reader.state(NewCustomerState).busy
    served.expire_all()
    assert served.exec(select(Contact)).all() == []


def test_a_known_address_offers_a_further_project(served, way):
    known = make_contact(served, email="lucia@example.com", name="Lucía")
    reader, state = open_page(served, NewCustomerState)
    reader.send(NewCustomerState, "save", {**FORM, "flow_id": state.flow_id, "address": "Second house 2"})
    state = reader.state(NewCustomerState)
    assert (list(state.field_errors), state.known_name) == (["email"], "Lucía")
    answers = reader.send(NewCustomerState, "add_to_known")
    served.expire_all()
    [opportunity] = served.exec(select(Opportunity)).all()
    assert (opportunity.contact_id, opportunity.address) == (known.id, "Second house 2")
    assert address_of(answers[-1]) == f"/staff/project?id={opportunity.id}"
    assert served.get_one(Contact, known.id).name == "Lucía"


def test_nobody_is_added_to_who_was_not_found_first(served, way):
    reader, _ = open_page(served, NewCustomerState)
    assert reader.send(NewCustomerState, "add_to_known") == []
    served.expire_all()
    assert served.exec(select(Opportunity)).all() == []


def test_a_place_that_was_chosen_goes_with_the_project_unless_it_was_typed_over(served, way):
    use_geocoder(DemoIndex([("Calle del Olivo 14, Pozuelo", (-3.81, 40.43))]))
    try:
        reader, _state = open_page(served, NewCustomerState)
        reader.send(NewCustomerState, "look_up", "olivo 14")
        reader.send(NewCustomerState, "choose_place", "Calle del Olivo 14, Pozuelo")
    finally:
        use_geocoder(None)
    form = {**FORM, "flow_id": reader.state(NewCustomerState).flow_id}
    reader.send(NewCustomerState, "save", {**form, "address": "Calle del Olivo 14, Pozuelo"})
    reader.send(NewCustomerState, "save", {**form, "email": "b@example.com", "address": "Calle del Olivo 16"})
    served.expire_all()
    found = {o.address: (o.lon_deg, o.lat_deg) for o in served.exec(select(Opportunity))}
    assert found == {"Calle del Olivo 14, Pozuelo": (-3.81, 40.43), "Calle del Olivo 16": (None, None)}


def test_without_a_search_the_address_is_typed_by_hand(served, way):
    use_geocoder(None)
    reader, _ = open_page(served, NewCustomerState)
    reader.send(NewCustomerState, "look_up", "olivo")
    assert reader.state(NewCustomerState).search_failed


def test_customers_are_listed_searched_and_paged(served, way):
    for n in range(26):
        make_contact(served, name=f"Ana {n:02d}")
    make_contact(served, name="Bruno")
    reader, state = open_page(served, CustomersState, search="ana")
    assert (len(state.rows), state.has_next, state.has_previous) == (25, True, False)
    [answer] = reader.send(CustomersState, "go_next")
    assert address_of(answer) == "/staff/customers?search=ana&page=2"
    reader.query = {"search": "ana", "page": "2"}
    reader.send(CustomersState, "load")
    assert len(reader.state(CustomersState).rows) == 1
    reader.query = {"page": "-3"}
    reader.send(CustomersState, "load")
    assert reader.state(CustomersState).page == 1


def test_the_list_of_customers_is_closed_to_installers(served, way):
    make_contact(served, name="Ana")
    _, state = open_page(served, CustomersState, Role.INSTALLER)
    assert (state.is_closed, state.rows) == (True, [])


def test_what_the_server_words_follows_a_switched_language(served, way):
    make_opportunity(served, substage=way[0])
    way[0].public_name = {"en": "We have your request", "es": "Tenemos tu solicitud"}
    served.add(way[0])
    reader, _ = open_page(served, ProjectsState)
    assert reader.state(ProjectsState).rows[0].substage_name == "We have your request"
    router = reader.root.router
    reader.root.router = replace(router, session=replace(router.session, session_id="socket-1"))
    reader.send(ShellState, "remember_language", "es")
    reader.send(ProjectsState, "load")
    assert reader.state(ProjectsState).rows[0].substage_name == "Tenemos tu solicitud"


def test_the_number_of_queries_of_the_pages_does_not_grow(session):
    make_company(session)
    ensure_templates(session)
    forget_snapshot()
    _, substages = make_flow(session, *WAY)
    member = make_staff(session, Role.SALES)
    actor = actor_of(member)
    opportunity = make_opportunity(session, substage=substages[0], owner_id=member.id)
    numbers = []
    for _ in range(2):
        for n in range(6):
            make_opportunity(session, substage=substages[n % 3], owner_id=member.id)
            move(session, actor, opportunity, substages[n % 3].id, "by-hand")
            enqueue_template(session, "welcome", opportunity.contact_id, {}, opportunity.id)
        with queries(session) as seen:
            load_project(session, actor, opportunity.id)
            load_staff_home(session, actor)
            load_projects(session, actor, Filters(), PageOf(), False)
        numbers.append(len(seen))
    forget_snapshot()
    assert numbers[0] == numbers[1] <= 60


def test_whatever_moves_a_project_is_said_in_words():
    assert {trigger.key for trigger in TRIGGERS.values() if trigger.has_flow} <= set(BECAUSE)
