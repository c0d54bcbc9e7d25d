"""What is sealed is read with the deployment's secret alone, and the secret can be changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from portal_app.config import settings
from portal_app.core.sealed import LENGTH, SealBroken, is_current, reseal_all, seal, unseal
from portal_app.webhooks.models import WebhookEndpoint

NEW = "another secret of the deployment"


@given(st.text(max_size=60))
def test_what_is_sealed_says_nothing_and_comes_back(text: str):
    sealed = seal(text)
    assert unseal(sealed) == text
    assert sealed != seal(text)
    assert len(text) < 5 or text not in sealed


def test_a_secret_of_a_webhook_fits():
    assert len(seal("whsec_" + "a" * 44)) <= LENGTH


@pytest.mark.parametrize("spoilt", ["", "x", "gAAAAA", "ü"])
def test_what_was_not_sealed_is_not_read(spoilt: str):
    with pytest.raises(SealBroken):
        unseal(spoilt)


def test_a_changed_letter_breaks_the_seal():
    sealed = seal("whsec_1234")
    at = len(sealed) // 2
    with pytest.raises(SealBroken):
        unseal(sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1:])


def test_another_secret_reads_nothing_unless_it_knows_the_one_before(monkeypatch: pytest.MonkeyPatch):
    before, sealed = settings.secret, seal("whsec_1234")
    monkeypatch.setattr(settings, "secret", NEW)
    with pytest.raises(SealBroken):
        unseal(sealed)
    monkeypatch.setattr(settings, "secret_previous", f"older, {before}")
    assert unseal(sealed) == "whsec_1234"
    assert not is_current(sealed)
    assert is_current(seal("whsec_1234"))


def test_after_resealing_the_secret_before_can_be_forgotten(session: Session, monkeypatch: pytest.MonkeyPatch):
    endpoint = WebhookEndpoint(name="CRM", url="https://x.example", sealed_secret=seal("now"),
                               old_sealed_secret=seal("before"))
    broken = WebhookEndpoint(name="Old", url="https://x.example", sealed_secret="nobody can read this")
    session.add_all([endpoint, broken])
    session.flush()
    reseal_all(session)
    session.refresh(endpoint)
    kept = endpoint.sealed_secret
    monkeypatch.setattr(settings, "secret_previous", settings.secret)
    monkeypatch.setattr(settings, "secret", NEW)
    reseal_all(session)
    monkeypatch.setattr(settings, "secret_previous", "")
    sealed = session.exec(select(WebhookEndpoint.sealed_secret, WebhookEndpoint.old_sealed_secret).where(
        WebhookEndpoint.id == endpoint.id)).one()
    assert [unseal(each) for each in sealed] == ["now", "before"]
    assert kept not in sealed
    assert session.exec(select(WebhookEndpoint.sealed_secret).where(WebhookEndpoint.id == broken.id)).one() == (
        "nobody can read this")
