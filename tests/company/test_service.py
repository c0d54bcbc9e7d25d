"""The company's settings: read from a copy, saved by whoever may, and only what people can read."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from portal_app.access.actors import Permission, Role
from portal_app.company import service
from portal_app.company.models import Company
from portal_app.company.schemas import CompanyForm, CompanySnapshot
from portal_app.core.errors import ChangedMeanwhile, InvalidForm, NotAllowed
from portal_app.core.forms import parse
from tests.factories import actor_of, make_company, make_contact, make_staff
from tests.serving import serve_from


def entries(**values) -> dict:
    return {"version": 1, "name": "Helianta", "brand_color": "#0b5b57", "languages": ["en", "es"],
            "default_language": "es", **values}


@pytest.fixture
def served(empty_database: Engine, monkeypatch: pytest.MonkeyPatch):
    """The process serves from this database, as in production."""
    serve_from(empty_database, monkeypatch)
    service.forget_snapshot()
    yield empty_database
    service.forget_snapshot()


def test_the_permission_is_the_one_that_roles_hold():
    assert service.EDIT_COMPANY == Permission.EDIT_COMPANY


def test_a_company_is_made_once(session: Session):
    first = service.ensure_company(session, "Helianta", phone="+34 910 000 214")
    assert service.ensure_company(session, "Other").name == "Helianta"
    assert service.get_company(session) is first
    assert first.phone == "+34 910 000 214"


def test_staff_who_may_save_all_settings(session: Session):
    make_company(session)
    actor = actor_of(make_staff(session, Role.ADMINISTRATOR))
    form = parse(CompanyForm, entries(brand_color="#F0771A", link_minutes=30, welcome={"es": " Hola ", "fr": "Salut"}))
    company = service.update_company(session, actor, form)
    assert (company.brand_color, company.link_minutes, company.version) == ("#f0771a", 30, 2)
    assert company.welcome == {"es": "Hola"}
    assert company.languages == ["en", "es"]
    again = service.update_company(session, actor, form.model_copy(update={"version": 2}))
    assert again.version == 2, "nothing changed, nothing saved"


@pytest.mark.parametrize("role", [Role.SALES, Role.BACK_OFFICE, Role.INSTALLER, Role.VIEWER, None])
def test_nobody_else_may(session: Session, role: Role | None):
    make_company(session)
    actor = actor_of(make_staff(session, role) if role else make_contact(session))
    with pytest.raises(NotAllowed):
        service.update_company(session, actor, parse(CompanyForm, entries(name="Mine")))
    with pytest.raises(NotAllowed):
        service.set_logo(session, actor, b"")
    with pytest.raises(NotAllowed):
        service.remove_logo(session, actor)
    assert service.get_company(session).name == "Helianta"


def test_the_second_of_two_is_told(session: Session):
    make_company(session, version=4)
    actor = actor_of(make_staff(session))
    with pytest.raises(ChangedMeanwhile):
        service.update_company(session, actor, parse(CompanyForm, entries(version=3)))


def test_colours_that_nobody_can_read_are_refused_by_name(session: Session, monkeypatch: pytest.MonkeyPatch):
    make_company(session)
    monkeypatch.setattr(service, "weak_pairs", lambda brand, sun: ["11/surface (dark)"])
    with pytest.raises(InvalidForm) as refused:
        service.update_company(session, actor_of(make_staff(session)), parse(CompanyForm, entries()))
    assert refused.value.errors["brand_color"][1] == {"pairs": "11/surface (dark)"}


@pytest.mark.parametrize(("field", "value"), [
    ("name", " "), ("name", "x" * 121), ("email", "nobody"), ("phone", "call me"), ("website", "javascript:alert(1)"),
    ("brand_color", "red"), ("brand_color", "#12345"), ("languages", []), ("languages", ["en", "xx"]),
    ("link_minutes", 4), ("link_minutes", 10081), ("link_uses", 0), ("link_uses", 11),
    ("code_minutes", 1), ("code_minutes", 31),
    ("session_idle_hours", 0), ("session_days", 91), ("welcome", {"en": "x" * 2001}), ("welcome", "text"),
])
def test_senseless_settings_are_refused_at_their_field(field: str, value):
    with pytest.raises(InvalidForm) as refused:
        parse(CompanyForm, entries(**{field: value}))
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize(("field", "together"), [
    ("default_language", {"default_language": "de"}), ("session_days", {"session_idle_hours": 48, "session_days": 1}),
])
def test_settings_must_fit_together(field, together):
    with pytest.raises(InvalidForm) as refused:
        parse(CompanyForm, entries(**together))
    assert set(refused.value.errors) == {field}


def test_contact_is_kept_as_it_is_written():
    form = parse(CompanyForm, entries(phone=" +34 910 000 214 ", website="https://helianta.example/es", email="a@b.example"))
    assert (form.phone, form.website, form.email) == ("+34 910 000 214", "https://helianta.example/es", "a@b.example")


def test_unknown_keys_are_refused():
    with pytest.raises(InvalidForm):
        parse(CompanyForm, entries(logo_key="x"))


def test_before_there_is_a_company_the_defaults_answer(served):
    assert service.company_snapshot() == CompanySnapshot()


def test_the_copy_follows_a_change_at_once_in_its_own_process(served: Engine):
    with Session(served) as session:
        make_company(session)
        actor = actor_of(make_staff(session))
        session.commit()
    assert service.company_snapshot().name == "Helianta"
    with Session(served) as session:
        service.update_company(session, actor, parse(CompanyForm, entries(name="Sunny")))
        assert service.company_snapshot().name == "Helianta", "not before the commit"
        session.commit()
    assert service.company_snapshot().name == "Sunny"


def test_the_copy_follows_other_processes_within_seconds(served: Engine, monkeypatch: pytest.MonkeyPatch):
    clock = [100.0]
    monkeypatch.setattr(service.time, "monotonic", lambda: clock[0])
    with Session(served) as session:
        make_company(session)
        session.commit()
    first = service.company_snapshot()
    with served.begin() as other:
        other.execute(Company.__table__.update().values(name="Sunny", version=2))  # pyright: ignore
    assert service.company_snapshot() is first, "no query while it is fresh"
    clock[0] += service.SNAPSHOT_SECONDS
    assert service.company_snapshot().name == "Sunny"
    clock[0] += service.SNAPSHOT_SECONDS
    second = service.company_snapshot()
    clock[0] += service.SNAPSHOT_SECONDS
    assert service.company_snapshot() is second, "unchanged: only the version was asked"
