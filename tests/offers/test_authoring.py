"""Staff write, share, change, withdraw and duplicate offers."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from portal_app.access.actors import Permission, Role
from portal_app.core import clock
from portal_app.core.audit import AuditRow
from portal_app.core.errors import ChangedMeanwhile, NotAllowed, NotFound
from portal_app.core.ids import new_id
from portal_app.offers import authoring, deciding, rules
from portal_app.offers.errors import OfferAlreadyDecided, OfferEndsTooEarly, OfferHasNoLines, OfferIsFinal
from portal_app.offers.events import OfferShared
from portal_app.offers.models import Offer, OfferVersion
from portal_app.offers.versions import get_version, read_content
from tests.factories import actor_of, make_contact, make_opportunity, make_staff
from tests.offers.made import LAST_DAY, NOW, Case, form, line, make_case, make_offer


@pytest.fixture
def case(session: Session) -> Case:
    return make_case(session, name="Lucía Fernández", language="de")


def test_a_new_offer_is_a_draft_that_holds_a_month(session: Session, case: Case):
    offer_id = authoring.create_offer(session, case.sales, case.opportunity.id)
    offer = authoring.get_offer_for_staff(session, case.sales, offer_id)
    assert (offer.status, offer.version, offer.revision, offer.title) == ("draft", 0, 1, "Offer 1")
    assert offer.valid_until == NOW.date() + timedelta(days=30)
    assert offer.default_vat_rate_bp == authoring.DEFAULT_VAT_RATE_BP
    assert (offer.number, offer.customer_name) == (f"{case.opportunity.number}-1", "Lucía Fernández")
    assert offer.may_edit
    assert offer.may_share


def test_offers_of_a_project_are_numbered_in_their_order(session: Session, case: Case):
    for title in ("Start", "Balance", "Max"):
        make_offer(session, case, title, shared=False)
    briefs = authoring.list_offers_for_staff(session, case.sales, case.opportunity.id)
    assert [brief.title for brief in briefs] == ["Start", "Balance", "Max"]
    assert [brief.number[-2:] for brief in briefs] == ["-1", "-2", "-3"]
    assert {brief.total_cents for brief in briefs} == {121_000}


def test_the_vat_rate_of_a_new_offer_is_the_one_used_last(session: Session, case: Case):
    make_offer(session, case, lines=(line(vat_rate_bp=1000),))
    offer_id = authoring.create_offer(session, case.sales, case.opportunity.id, "Next")
    assert authoring.get_offer_for_staff(session, case.sales, offer_id).default_vat_rate_bp == 1000


def test_saving_a_draft_replaces_its_lines_and_shows_nobody(session: Session, case: Case, told: list):
    offer_id = make_offer(session, case, shared=False)
    revision = authoring.save_offer(session, case.sales, offer_id, 1, form("New", lines=(line(5), line(7))))
    offer = authoring.get_offer_for_staff(session, case.sales, offer_id)
    assert (offer.title, [item.unit_price_cents for item in offer.lines], offer.revision) == ("New", [5, 7], revision)
    assert offer.version == 0
    assert told == []


def test_who_saves_second_is_told_and_overwrites_nothing(session: Session, case: Case):
    offer_id = make_offer(session, case, shared=False)
    authoring.save_offer(session, case.sales, offer_id, 1, form("First"))
    with pytest.raises(ChangedMeanwhile):
        authoring.save_offer(session, case.sales, offer_id, 1, form("Second"))
    assert session.get_one(Offer, offer_id).title == "First"


def test_sharing_freezes_a_version_and_tells_it_in_the_customers_language(session: Session, case: Case, told: list):
    offer_id = make_offer(session, case, price_cents=123_450)
    frozen = get_version(session, offer_id, 1)
    content = read_content(frozen)
    assert rules.hash_of(frozen.content) == frozen.content_hash
    assert (content.title, content.customer.name, content.issued_on) == ("Balance", "Lucía Fernández", NOW.date())
    [shared] = told
    assert isinstance(shared, OfferShared)
    assert (shared.offer_id, shared.contact_id) == (offer_id, case.contact.id)
    assert (shared.version, shared.is_update) == (1, False)
    assert shared.variables == {
        "offer_title": "Balance", "offer_total": "1.493,75\xa0€", "offer_valid_until": "12. Dezember 2026"}
    verbs = session.exec(select(AuditRow.verb).where(AuditRow.thing_id == offer_id).order_by(AuditRow.id)).all()
    assert verbs == ["create", "share"]


def test_a_shared_offer_that_is_edited_becomes_a_new_version(session: Session, case: Case, told: list):
    offer_id = make_offer(session, case)
    revision = session.get_one(Offer, offer_id).revision
    authoring.save_offer(session, case.sales, offer_id, revision, form(price_cents=90_000))
    versions = session.exec(
        select(OfferVersion).where(OfferVersion.offer_id == offer_id).order_by(col(OfferVersion.version)))
    assert [read_content(row).totals.net_cents for row in versions] == [100_000, 90_000]
    assert [(event.version, event.is_update) for event in told] == [(1, False), (2, True)]
    page = deciding.list_offers(session, case.customer, case.opportunity.id, "en")
    assert [(view.version, view.net_cents) for view in page.offers] == [(2, 90_000)]


def test_what_cannot_be_shared_says_why(session: Session, case: Case):
    empty = authoring.create_offer(session, case.sales, case.opportunity.id)
    with pytest.raises(OfferHasNoLines):
        authoring.share_offer(session, case.sales, empty)
    ended = make_offer(session, case, shared=False, valid_until=date(2026, 11, 20))
    with pytest.raises(OfferEndsTooEarly) as refused:
        authoring.share_offer(session, case.sales, ended)
    assert refused.value.field == "valid_until"
    twice = make_offer(session, case)
    with pytest.raises(OfferIsFinal):
        authoring.share_offer(session, case.sales, twice)


def test_after_an_acceptance_nothing_more_is_shared(session: Session, case: Case):
    offer_id, draft = make_offer(session, case), make_offer(session, case, shared=False)
    deciding.accept_offer(session, case.customer, offer_id, 1, 121_000, "::1")
    with pytest.raises(OfferAlreadyDecided):
        authoring.share_offer(session, case.sales, draft)


def test_a_withdrawn_offer_is_final(session: Session, case: Case):
    offer_id = make_offer(session, case)
    authoring.withdraw_offer(session, case.sales, offer_id)
    assert deciding.list_offers(session, case.customer, case.opportunity.id, "en").state == "withdrawn"
    offer = authoring.get_offer_for_staff(session, case.sales, offer_id)
    assert offer.status == "withdrawn"
    assert not offer.may_edit
    for change in (lambda: authoring.withdraw_offer(session, case.sales, offer_id),
                   lambda: authoring.share_offer(session, case.sales, offer_id),
                   lambda: authoring.save_offer(session, case.sales, offer_id, offer.revision, form())):
        with pytest.raises(OfferIsFinal):
            change()


def test_a_copy_has_the_same_content_and_starts_as_a_draft(session: Session, case: Case):
    offer_id = make_offer(session, case, peak_power_wp=5900, is_recommended=True, valid_until=date(2026, 11, 30))
    copy = authoring.get_offer_for_staff(
        session, case.sales, authoring.duplicate_offer(session, case.sales, offer_id))
    assert (copy.status, copy.version, copy.title, copy.peak_power_wp) == ("draft", 0, "Balance", 5900)
    assert copy.lines == [line()]
    assert copy.valid_until == NOW.date() + timedelta(days=30)
    assert not copy.is_recommended


def test_only_one_offer_is_recommended(session: Session, case: Case):
    make_offer(session, case, "A", is_recommended=True)
    make_offer(session, case, "B", is_recommended=True)
    briefs = authoring.list_offers_for_staff(session, case.sales, case.opportunity.id)
    assert [brief.is_recommended for brief in briefs] == [False, True]


def test_only_drafts_can_be_deleted(session: Session, case: Case):
    draft, shared = make_offer(session, case, shared=False), make_offer(session, case)
    authoring.delete_draft(session, case.sales, draft)
    session.flush()
    assert session.get(Offer, draft) is None
    with pytest.raises(OfferIsFinal):
        authoring.delete_draft(session, case.sales, shared)


def test_an_offer_past_its_day_is_shown_as_expired_and_can_be_prolonged(session: Session, case: Case):
    offer_id = make_offer(session, case)
    with clock.fixed(rules.ends_at(LAST_DAY, "Europe/Madrid")):
        [brief] = authoring.list_offers_for_staff(session, case.sales, case.opportunity.id)
        offer = authoring.get_offer_for_staff(session, case.sales, offer_id)
        assert (brief.status, offer.status, offer.may_edit) == ("expired", "expired", True)
        authoring.save_offer(session, case.sales, offer_id, offer.revision, form(valid_until=date(2026, 12, 31)))
        assert deciding.list_offers(session, case.customer, case.opportunity.id, "en").state == "open"


def test_staff_see_the_preview_in_any_language(session: Session, case: Case):
    offer_id = make_offer(session, case, shared=False, summary={"en": "Day", "de": "Tag"})
    german = authoring.preview_offer(session, case.sales, offer_id, "de")
    italian = authoring.preview_offer(session, case.sales, offer_id, "it")
    assert (german.summary, german.lines[0].title, german.lines[0].detail) == ("Tag", "Modul 450 W", "")
    assert (italian.summary, italian.lines[0].detail) == ("Day", "Black frame"), "English where Italian is missing"


ACTIONS = [
    lambda s, actor, offer, project: authoring.create_offer(s, actor, project),
    lambda s, actor, offer, project: authoring.save_offer(s, actor, offer, 1, form()),
    lambda s, actor, offer, project: authoring.share_offer(s, actor, offer),
    lambda s, actor, offer, project: authoring.withdraw_offer(s, actor, offer),
    lambda s, actor, offer, project: authoring.duplicate_offer(s, actor, offer),
    lambda s, actor, offer, project: authoring.delete_draft(s, actor, offer),
]
READS = [
    lambda s, actor, offer, project: authoring.get_offer_for_staff(s, actor, offer),
    lambda s, actor, offer, project: authoring.preview_offer(s, actor, offer, "en"),
    lambda s, actor, offer, project: authoring.list_offers_for_staff(s, actor, project),
    lambda s, actor, offer, project: authoring.list_wishes(s, actor, project),
]


@pytest.mark.parametrize("action", ACTIONS)
def test_only_who_may_changes_offers(session: Session, case: Case, action):
    offer_id = make_offer(session, case, shared=False)
    for role in (Role.VIEWER, Role.BACK_OFFICE, Role.INSTALLER):
        with pytest.raises(NotAllowed):
            action(session, actor_of(make_staff(session, role)), offer_id, case.opportunity.id)
    with pytest.raises(NotAllowed):
        action(session, case.customer, offer_id, case.opportunity.id)


def test_who_may_edit_but_not_share_changes_nothing_that_is_shown(session: Session, case: Case, monkeypatch):
    from portal_app.access import actors

    monkeypatch.setitem(actors.PERMISSIONS_BY_ROLE, Role.VIEWER,
                        frozenset({Permission.SEE_ALL_OPPORTUNITIES, Permission.EDIT_OFFERS}))
    writer = actor_of(make_staff(session, Role.VIEWER))
    shared, draft = make_offer(session, case), make_offer(session, case, shared=False)
    assert not authoring.get_offer_for_staff(session, writer, shared).may_edit
    assert authoring.get_offer_for_staff(session, writer, draft).may_edit
    authoring.save_offer(session, writer, draft, 1, form())
    with pytest.raises(NotAllowed):
        authoring.save_offer(session, writer, shared, session.get_one(Offer, shared).revision, form())


@pytest.mark.parametrize("action", ACTIONS + READS)
def test_unknown_and_foreign_offers_look_alike(session: Session, case: Case, action):
    foreign = make_opportunity(session, contact=make_contact(session), substage=case.substages[0])
    foreign_case = Case(foreign, case.contact, case.customer, case.sales, case.substages)
    foreign_offer = make_offer(session, foreign_case)
    own_only = actor_of(make_staff(session, Role.INSTALLER))
    for offer_id, project_id in ((new_id(), new_id()), (foreign_offer, foreign.id)):
        with pytest.raises((NotFound, NotAllowed)):
            action(session, own_only, offer_id, project_id)
    if action in READS:
        with pytest.raises(NotFound):
            action(session, own_only, foreign_offer, foreign.id)
        with pytest.raises(NotFound):
            action(session, case.customer, make_offer(session, case), case.opportunity.id)
    else:
        with pytest.raises(NotFound):
            action(session, case.sales, new_id(), new_id())


def test_the_database_itself_allows_one_accepted_offer(session: Session, case: Case):
    first, second = make_offer(session, case), make_offer(session, case)
    session.get_one(Offer, first).status = "accepted"
    session.flush()
    session.get_one(Offer, second).status = "accepted"
    with pytest.raises(IntegrityError):
        session.flush()
