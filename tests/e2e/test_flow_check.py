"""Staff check a flow before customers walk it: each finding leads to the place where it is mended."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .entering import enter_as_staff
from .pages import FlowEditor, StaffActions


def test_a_finding_leads_to_its_place_and_goes_when_it_is_mended(people, portal):
    made = portal.reset("empty")
    page = people.new_page()
    enter_as_staff(page, made)
    editor = FlowEditor(page).open_list().create("Home solar")
    page.get_by_test_id("check-flow").click()
    findings = page.get_by_test_id("finding")
    dead_end = findings.filter(has_text="The way ends here")
    expect(dead_end).to_be_visible()
    expect(findings.filter(has_text="No step ends this process with success")).to_be_visible()
    dead_end.click()  # leads to the tab where the view is chosen
    expect(page.locator("#part-view")).to_have_attribute("aria-selected", "true")
    editor.choose_view("End of the process, success")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.").first).to_be_visible()
    page.get_by_role("button", name="Check again").click()
    expect(dead_end).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 500)])
def test_a_finding_brings_its_place_into_sight_also_where_it_was_open(people, portal, width, height):
    made = portal.reset("empty")
    page = people.new_page(viewport={"width": width, "height": height})
    enter_as_staff(page, made)
    FlowEditor(page).open_list().create("Home solar")
    page.get_by_test_id("check-flow").click()
    page.get_by_test_id("finding").filter(has_text="The way ends here").click()
    expect(page.locator("#part-view")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#panel-title")).to_be_focused()
    expect(page.locator("#panel-title")).to_be_in_viewport()


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 500)])
def test_a_finding_about_an_act_leads_to_its_list_among_the_source_actions(people, portal, width, height):
    made = portal.reset("empty")
    page = people.new_page(viewport={"width": width, "height": height})
    enter_as_staff(page, made)
    editor = FlowEditor(page).open_list().create("Home solar")
    editor.choose_view("Documents for the installation")
    editor.save()
    editor.add_stage("The end", "Done")
    page.get_by_test_id("check-flow").click()
    finding = page.get_by_test_id("finding").filter(has_text="After the customer is done here")
    for way in ("from the flow", "once more"):
        finding.click()
        title = StaffActions(page).of("installation-documentation-submitted", "Home solar").get_by_role("heading")
        expect(title).to_be_focused()
        expect(title).to_be_in_viewport()
        page.go_back()
        expect(finding, way).to_be_visible()
