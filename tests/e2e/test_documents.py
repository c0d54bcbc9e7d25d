"""Files from a customer to staff and back: given, refused, looked at, accepted, sent back, shown and hidden."""

from __future__ import annotations

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.documents import corpus

from .entering import enter_as_customer, enter_as_staff
from .outside import ask, customer_cookie
from .pages import Attachments, Documents, StaffFolders
from .support import wait_until

# Files of a name and a size: made in the browser, which is quicker than to bring them there.
GIVE = """given => {
  const files = new DataTransfer();
  for (const [name, size] of given) files.items.add(new File([new Uint8Array(size)], name));
  const input = document.querySelector("[data-testid=choose-files]");
  input.files = files.files;
  input.dispatchEvent(new Event("change", {bubbles: true}));
}"""


def _file(name: str, content: bytes, kind: str = "application/octet-stream") -> dict:
    return {"name": name, "mimeType": kind, "buffer": content}


def test_a_picture_that_could_not_be_loaded_is_there_once_connected_again(people, portal):
    made = portal.reset("request")
    page = people.new_page()
    enter_as_customer(page, portal, made["email"])
    Documents(page).open().give(_file("meter.jpg", corpus.jpeg_with_place(), "image/jpeg"))
    picture = page.get_by_test_id("look").locator("img")
    expect(picture).to_have_count(1)
    page.route("**/preview", lambda route: route.abort())
    page.reload()
    assert wait_until(lambda: picture.count() == 1 and picture.evaluate("image => image.complete"))
    page.context.set_offline(True)
    expect(page.locator(".connection-banner")).to_have_attribute("data-state", "lost")
    assert picture.evaluate("image => image.naturalWidth") == 0
    page.unroute("**/preview")
    page.context.set_offline(False)
    assert wait_until(lambda: picture.evaluate("image => image.naturalWidth") > 0)


def test_files_go_both_ways_and_each_sees_what_is_theirs(people, portal):
    made = portal.reset("request")
    page, desk = people.new_page(), people.new_page()
    enter_as_customer(page, portal, made["email"])
    documents = Documents(page).open()
    documents.give(
        _file("meter.jpg", corpus.jpeg_with_place(), "image/jpeg"), _file("IMG_7.HEIC", corpus.heic()),
        _file("contract.pdf", corpus.pdf(3)), _file("logo.svg", corpus.HOSTILE["svg"][1]()),
        _file("form.pdf", corpus.HOSTILE["pdf with javascript"][1]()))
    for name in ("meter.jpg", "IMG_7.jpg", "contract.pdf"):
        expect(documents.file(name)).to_have_count(1)
    expect(documents.refused("logo.svg")).to_contain_text("SVG drawings can carry programs")
    expect(documents.refused("form.pdf")).to_contain_text("programs or attached files")
    expect(documents.arriving).to_have_count(2)
    viewer = documents.look("contract.pdf")
    pages = viewer.locator(".pages img")
    expect(pages).to_have_count(3)
    assert wait_until(lambda: pages.first.evaluate("image => image.naturalWidth") > 500)
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(page.get_by_role("button", name="Look at contract.pdf")).to_be_focused()
    documents.remove("IMG_7.jpg")

    enter_as_staff(desk, made, "back_office")
    attachments = Attachments(desk).open_project(made["opportunity"])
    expect(attachments.folder("client").get_by_test_id("attachment")).to_have_count(2)
    attachments.accept("contract.pdf")
    mails = len(portal.mails_to(made["email"]))
    attachments.send_back("meter.jpg", "Too dark. Take it again with light.")
    expect(documents.file("meter.jpg")).to_contain_text("Too dark. Take it again with light.")
    expect(documents.file("contract.pdf")).to_contain_text("Accepted")
    told = portal.wait_for_mail(made["email"], "meter.jpg", after=0)
    assert "Too dark. Take it again with light." in told.text
    assert len(portal.mails_to(made["email"])) == mails + 1

    desk.locator("#folder").select_option("technical")
    attachments.give(_file("layout.pdf", corpus.pdf(1)))
    row = attachments.folder("technical").get_by_test_id("attachment")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Only staff")
    expect(documents.ours).to_have_count(0)
    address = row.locator("a[download]").get_attribute("href") or ""
    cookie = customer_cookie(portal, made["email"])
    assert ask(portal, address, cookie=cookie).status == 404
    attachments.show("layout.pdf")
    expect(documents.ours).to_contain_text("layout.pdf")
    got = ask(portal, address, cookie=cookie)
    assert (got.status, got.headers["cache-control"], got.headers["x-content-type-options"]) == (200, "no-store", "nosniff")
    assert got.headers["content-disposition"].startswith("attachment")
    attachments.show("layout.pdf")
    expect(documents.ours).to_have_count(0)
    assert ask(portal, address, cookie=cookie).status == 404


def test_files_go_into_the_folder_that_was_chosen_before_the_server_has_heard_of_it(people, portal):
    made = portal.reset("request")
    desk = people.new_page()
    servers, held, slow = [], [], []

    def stand_between(browser: WebSocketRoute) -> None:
        servers.append(server := browser.connect_to_server())
        browser.on_message(lambda message: held.append(message) if slow else server.send(message))

    desk.route_web_socket("**/_event/**", stand_between)
    enter_as_staff(desk, made, "back_office")
    attachments = Attachments(desk).open_project(made["opportunity"])
    slow.append(True)
    desk.locator("#folder").select_option("technical")
    with desk.expect_response("**/api/files*") as answer:
        attachments.give(_file("layout.pdf", corpus.pdf(1)))
    assert answer.value.ok
    assert held, "the server has not heard of the folder yet"
    slow.clear()
    for message in held:
        servers[-1].send(message)
    expect(attachments.folder("technical").get_by_test_id("attachment")).to_contain_text("layout.pdf")


def test_staff_make_a_folder_whose_files_customers_see_at_once(people, portal):
    made = portal.reset("request")
    desk, page = people.new_page(), people.new_page()
    enter_as_staff(desk, made)
    folders = StaffFolders(desk).open()
    expect(folders.rows).to_have_count(5)
    folders.add({"en": ""}, is_public=True)
    expect(desk.locator("#name-error")).to_have_text("Please fill this in.")
    desk.locator("#name-en").fill("Photos of the roof")
    folders.act(folders.id("save-folder"))
    expect(folders.rows).to_have_count(6)
    folders.menu("Technical documents", "archive-folder")
    expect(folders.id("archived-folder")).to_have_count(1)
    expect(folders.rows.first.get_by_test_id("archive-folder")).to_have_count(0)

    enter_as_customer(page, portal, made["email"])
    documents = Documents(page).open()
    attachments = Attachments(desk).open_project(made["opportunity"])
    folder = desk.locator("#folder")
    expect(folder.locator("option")).to_have_text([
        "Client documents", "Contracts and offers", "Grid operator and authorities", "Internal", "Photos of the roof"])
    folder.select_option(label="Photos of the roof")
    expect(desk.get_by_text("The customer sees what you add here at once.")).to_be_visible()
    attachments.give(_file("south.pdf", corpus.pdf(1)))
    expect(attachments.row("south.pdf")).to_contain_text("Visible to the customer")
    expect(documents.ours).to_contain_text("south.pdf")


@pytest.mark.parametrize("fate", [lambda route: route.abort(), lambda route: route.fulfill(status=413, body="<html>")])
def test_a_file_that_is_lost_on_its_way_is_sent_again(people, portal, fate):
    made = portal.reset("request")
    page = people.new_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    enter_as_customer(page, portal, made["email"])
    documents = Documents(page).open()
    page.route("**/api/files?*", fate)
    documents.give(_file("meter.jpg", corpus.jpeg(), "image/jpeg"))
    lost = documents.refused("meter.jpg")
    expect(lost).to_contain_text("The connection was lost")
    page.unroute("**/api/files?*")
    documents.act(lost.get_by_role("button", name="Try again"))
    expect(documents.file("meter.jpg")).to_have_count(1)
    expect(documents.arriving).to_have_count(0)
    expect(page.get_by_role("button", name="Take a photo")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_is_too_large_or_too_many_is_said_before_it_is_sent(people, portal):
    made = portal.reset("request")
    page = people.new_page()
    enter_as_customer(page, portal, made["email"])
    documents = Documents(page).open()
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/api/files?" in request.url else None)
    page.evaluate(GIVE, [["large.jpg", 26 * 1024 * 1024]])
    expect(documents.refused("large.jpg")).to_contain_text("At most 25 MB fit.")
    assert sent == []
    page.get_by_role("button", name="Remove large.jpg").click()
    page.evaluate(GIVE, [[f"{number}.jpg", 1] for number in range(900)])
    expect(page.get_by_role("alert").filter(has_text="No more files fit here (at most 100).")).to_be_visible()
    assert documents.arriving.count() <= 100


DROP = """at => {
  const files = new DataTransfer();
  files.items.add(new File([], "empty.jpg"));
  const told = {bubbles: true, cancelable: true, dataTransfer: files};
  const place = document.querySelector(at);
  return ["dragover", "drop"].every(kind => !place.dispatchEvent(new DragEvent(kind, told)));
}"""


def test_a_file_that_is_dropped_beside_its_place_leaves_the_page_alone(people, portal):
    made = portal.reset("request")
    page = people.new_page()
    enter_as_customer(page, portal, made["email"])
    documents = Documents(page).open()
    expect(documents.id("choose-files")).to_be_attached()
    assert page.evaluate(DROP, "h1"), "the browser would open it in place of the page"
    expect(documents.arriving).to_have_count(0)
    assert page.evaluate(DROP, ".uploads")
    expect(documents.refused("empty.jpg")).to_contain_text("The file is empty.")
    expect(documents.refused("empty.jpg")).to_contain_text("0 kB")
