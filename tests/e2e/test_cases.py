"""A customer reports a problem, staff answer and note, both follow it live, the customer closes it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.documents.corpus import jpeg

from .entering import enter_as_customer, enter_as_staff
from .pages import Cases, StaffCases, StaffCaseTypes, StaffProject

LEAK = "Water under the inverter"


def test_a_problem_from_the_first_word_to_solved(people, portal):
    made = portal.reset("request")
    page, desk = people.new_page(), people.new_page()
    enter_as_customer(page, portal, made["email"])
    cases = Cases(page).open()
    cases.begin()
    cases.send()  # nothing filled in: each field says what is missing, and nothing is lost
    expect(page.locator(".errtext")).to_have_count(3)
    cases.fill("Damage or leak", LEAK, "Since this morning.")
    cases.kept("Since this morning.")
    page.reload()
    cases.ready()
    expect(page.locator("#title")).to_have_value(LEAK)
    expect(page.locator("#text")).to_have_value("Since this morning.")
    cases.send()
    expect(cases.heading).to_have_text(LEAK)
    expect(cases.messages).to_have_count(1)
    assert "C-" in portal.wait_for_mail(made["email"], "We have your message").subject

    enter_as_staff(desk, made, "sales")
    queue = StaffCases(desk).open()
    expect(queue.rows).to_have_count(1)
    case = queue.open_case(LEAK)
    case.note("They have the old model.")
    expect(case.messages).to_have_count(2)
    desk.locator("label:has(input[name=kind][value=answer])").click()
    case.answer("Please turn it off. We come tomorrow at nine.")
    expect(case.state).to_have_text("Waiting for the customer")

    expect(cases.messages).to_have_count(2)  # live, without a reload, and without the note
    expect(cases.messages.last).to_contain_text("We come tomorrow at nine.")
    expect(cases.state).to_have_text("Your turn")
    portal.wait_for_mail(made["email"], "We answered")
    cases.reply("Thank you, it is off.")
    expect(cases.messages).to_have_count(3)
    expect(case.messages).to_have_count(4)
    expect(case.state).to_have_text("Our turn")

    project = StaffProject(desk).open_project(made["opportunity"])
    expect(project.id("case-row")).to_contain_text(LEAK)
    cases.close()
    expect(cases.state).to_have_text("Case closed")
    cases.reopen()
    expect(cases.state).to_have_text("With us")
    queue.open("state=waiting-for-us")
    case = queue.open_case(LEAK)
    case.set_state("solved")
    expect(case.state).to_have_text("Solved")
    assert "Solved" in portal.wait_for_mail(made["email"], "Solved").subject


def test_two_colleagues_on_one_case_lose_no_word(people, portal):
    made = portal.reset("request")
    page, one, two = people.new_page(), people.new_page(), people.new_page()
    enter_as_customer(page, portal, made["email"])
    cases = Cases(page).open("new=1")
    cases.fill("Something else", "A question", "When do you come?")
    cases.send()
    expect(cases.messages).to_have_count(1)
    enter_as_staff(one, made, "sales")
    enter_as_staff(two, made, "back_office")
    first, second = StaffCases(one).open().open_case("A question"), StaffCases(two).open().open_case("A question")
    two.locator("#text").fill("We come on Friday")
    first.answer("We come on Thursday.")
    expect(first.messages).to_have_count(2)
    expect(second.messages).to_have_count(2)  # told live, before the second answer goes out
    expect(two.locator("#text")).to_have_value("We come on Friday")


def test_staff_decide_what_customers_can_write_about(people, portal):
    made = portal.reset("request")
    desk, page = people.new_page(), people.new_page()
    enter_as_staff(desk, made)
    types = StaffCaseTypes(desk).open()
    expect(types.rows).to_have_count(5)
    types.add({"en": ""}, "0")
    expect(desk.locator(".errtext")).to_have_count(2)
    desk.locator("#name-en").fill("Roof tiles")
    desk.locator("#due_hours").fill("12")
    desk.get_by_test_id("save-type").click()
    expect(types.rows).to_have_count(6)
    types.menu("Invoice or payment", "archive-type")
    expect(types.archived).to_have_count(1)
    enter_as_customer(page, portal, made["email"])
    Cases(page).open("new=1")
    expect(page.locator("#type_id option")).to_have_text([
        "Please choose", "Question about my project", "The system does not work as it should", "Damage or leak",
        "Something else", "Roof tiles"])


def test_photos_come_with_the_message_and_in_the_talk(people, portal):
    made = portal.reset("request")
    page, desk = people.new_page(), people.new_page()
    enter_as_customer(page, portal, made["email"])
    cases = Cases(page).open("new=1")
    cases.bring(("leak.jpg", jpeg()))
    expect(cases.files).to_have_count(1)
    page.reload()
    cases.ready()
    expect(cases.files).to_have_count(1)  # kept with the draft
    cases.fill("Damage or leak", LEAK, "Since this morning.")
    cases.send()
    expect(cases.talk_files).to_have_count(1)
    enter_as_staff(desk, made, "sales")
    case = StaffCases(desk).open().open_case(LEAK)
    expect(case.files).to_have_count(1)
    expect(case.files.first).to_contain_text("leak.jpg")
    case.answer("And one of the whole wall, please.")
    expect(case.state).to_have_text("Waiting for the customer")
    cases.bring(("wall.jpg", jpeg(80, 60)))
    expect(cases.talk_files).to_have_count(2)
    expect(case.files).to_have_count(2)
    expect(case.state).to_have_text("Our turn")  # who sends a file wants it looked at
