"""Another system enters a customer with a key that staff made, and no longer once it is deleted."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from .entering import enter_as_customer, enter_as_staff
from .outside import ask
from .pages import StaffKeys, StaffProject

CLARA = {"name": "Clara Vidal", "email": "clara.vidal@example.com", "address": "Calle del Olivo 3, Madrid"}


def test_a_customer_comes_in_by_another_system(page, people, portal):
    made = portal.reset("full")
    enter_as_staff(page, made, "administrator")
    keys = StaffKeys(page).open()
    key = keys.create("Website")
    expect(keys.row("Website")).to_contain_text("never used")

    entered = ask(portal, "/api/v1/customers", "POST", CLARA, origin="https://shop.example", key=key)
    assert entered.status == 201
    enter_as_customer(people.new_page(), portal, CLARA["email"])
    project = StaffProject(page).open_project(json.loads(entered.body)["project_id"])
    expect(project.heading).to_contain_text("Clara Vidal")
    expect(project.history.first).to_contain_text("Website")

    keys.open()
    expect(keys.row("Website")).to_contain_text("last used")
    keys.delete("Website")
    assert ask(portal, "/api/v1/customers", "POST", CLARA, key=key).status == 401
