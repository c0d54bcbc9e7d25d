"""Folders of attachments: as every company begins, as staff change them, and what that means for files."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from portal_app.access.actors import Actor, Role
from portal_app.core.audit import AuditRow
from portal_app.core.errors import ChangedMeanwhile, InvalidForm, NotAllowed, NotFound
from portal_app.core.forms import REQUIRED, TEXTS, parse
from portal_app.core.texts import LANGUAGES
from portal_app.documents import folders
from portal_app.documents.models import DocumentFolder
from portal_app.documents.rules import CLIENT, INTERNAL, FolderForm, FolderInUse
from portal_app.documents.service import move_to_folder
from portal_app.flows.rules import TooMany
from tests.documents.conftest import Case
from tests.factories import actor_of, make_company, make_staff

BEGINNING = ["client", "contracts", "technical", "authorities", "internal"]


@pytest.fixture
def admin(session: Session) -> Actor:
    make_company(session)
    return actor_of(make_staff(session))


def form(name: str = "Photos of the roof", version: int = 0, **values) -> FolderForm:
    return parse(FolderForm, {"name": {"en": name}, "version": version, **values})


def listed(session: Session, actor: Actor) -> list[tuple[str, bool, bool]]:
    return [(row.name, row.is_public, row.is_archived) for row in folders.list_for_settings(session, actor).rows]


def test_every_company_begins_with_five_in_every_language(session, admin):
    found = folders.list_folders(session)
    assert [folder.id for folder in found] == BEGINNING
    assert all(set(folder.name) == set(LANGUAGES) for folder in found)
    assert [folder.id for folder in found if folder.is_public] == [CLIENT]
    assert session.exec(select(DocumentFolder)).all() == []


def test_a_folder_is_made_changed_archived_and_used_again(session, admin):
    folder_id = folders.create_folder(session, admin, form("  Photos  of the roof ", is_public=True))
    assert listed(session, admin)[-1] == ("Photos of the roof", True, False)
    folders.save_folder(session, admin, folder_id, form("Photos", version=1))
    folders.archive_folder(session, admin, folder_id, 2, True)
    assert listed(session, admin)[-1] == ("Photos", False, True)
    with pytest.raises(NotFound):
        folders.get_open_folder(session, folder_id)
    folders.archive_folder(session, admin, folder_id, 3, False)
    assert folders.get_open_folder(session, folder_id).id == folder_id
    verbs = session.exec(select(AuditRow.verb).where(AuditRow.thing == "document_folder").order_by(AuditRow.id)).all()
    assert list(verbs) == ["create", "update", "archive", "restore"]


def test_those_of_the_beginning_are_changed_like_any_other(session, admin):
    folders.save_folder(session, admin, "technical", form("Plans", is_public=True))
    assert ("Plans", True, False) in listed(session, admin)
    with pytest.raises(ChangedMeanwhile):
        folders.save_folder(session, admin, "technical", form("Drawings"))
    assert len(listed(session, admin)) == len(BEGINNING)


def test_the_customers_folder_is_renamed_and_always_stays(session, admin):
    folders.save_folder(session, admin, CLIENT, form("From you"))
    assert listed(session, admin)[0] == ("From you", True, False)
    with pytest.raises(FolderInUse):
        folders.archive_folder(session, admin, CLIENT, 1, True)


def test_order_is_among_those_that_take_files(session, admin):
    folders.archive_folder(session, admin, "contracts", 0, True)
    folders.move_folder(session, admin, INTERNAL, 1)
    assert [folder.id for folder in folders.list_folders(session) if not folder.is_archived] == [
        CLIENT, INTERNAL, "technical", "authorities"]
    folders.move_folder(session, admin, CLIENT, 99)
    assert [folder.id for folder in folders.list_folders(session)][-1] == CLIENT


@pytest.mark.parametrize(("name", "text"), [("  ", REQUIRED), ("x" * 61, TEXTS["string_too_long"])])
def test_a_wrong_name_is_told_at_its_field(name, text):
    with pytest.raises(InvalidForm) as refused:
        form(name)
    assert {field: said for field, (said, _) in refused.value.errors.items()} == {"name": text}


def test_there_is_an_end_to_folders(session, admin):
    for _ in range(folders.MOST_FOLDERS - len(BEGINNING)):
        folders.create_folder(session, admin, form())
    with pytest.raises(TooMany):
        folders.create_folder(session, admin, form())


def test_only_who_may_edit_the_company_changes_them(session, admin):
    office = actor_of(make_staff(session, Role.BACK_OFFICE))
    for work in (lambda: folders.list_for_settings(session, office), lambda: folders.create_folder(session, office, form()),
                 lambda: folders.save_folder(session, office, "technical", form()),
                 lambda: folders.archive_folder(session, office, "technical", 0, True),
                 lambda: folders.move_folder(session, office, "technical", 0)):
        with pytest.raises(NotAllowed):
            work()
    with pytest.raises(NotFound):
        folders.move_folder(session, admin, "unknown", 0)


def test_a_folder_decides_who_sees_new_files_and_only_new_ones(case: Case):
    admin = actor_of(make_staff(case.session))
    folder_id = folders.create_folder(case.session, admin, form(is_public=True))
    mine, hidden = case.give(case.staff, folder=folder_id), case.give(case.staff)
    assert (mine.folder, mine.is_public) == (folder_id, True)
    assert (hidden.folder, hidden.is_public) == (INTERNAL, False)
    folders.save_folder(case.session, admin, folder_id, form(version=1))
    assert mine.is_public
    assert not move_to_folder(case.session, case.staff, hidden.id, folder_id).is_public


def test_an_archived_folder_keeps_its_files_and_takes_no_more(case: Case):
    admin = actor_of(make_staff(case.session))
    mine = case.give(case.staff, folder="technical")
    folders.archive_folder(case.session, admin, "technical", 0, True)
    for refused in (lambda: case.give(case.staff, folder="technical"),
                    lambda: move_to_folder(case.session, case.staff, case.give().id, "technical")):
        with pytest.raises(NotFound):
            refused()
    assert mine.folder == "technical"
    counted = {row.id: row.count for row in folders.list_for_settings(case.session, admin).rows}
    assert counted["technical"] == 1
