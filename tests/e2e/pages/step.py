"""The form of a step: fields by their labels' place, files, conditions, sending."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class StepForm(Screen):
    path = "/documentation"

    def open_project(self, project: str) -> StepForm:
        self.open(f"project={project}")
        expect(self.form).to_be_visible()
        return self

    @property
    def form(self) -> Locator:
        return self.id("step-form")

    @property
    def status(self) -> Locator:
        """Whether what was typed is saved: saving, saved, waiting."""
        return self.id("draft-status")

    @property
    def summary(self) -> Locator:
        return self.id("summary")

    @property
    def done(self) -> Locator:
        return self.id("done-count")

    @property
    def sent(self) -> Locator:
        return self.id("step-sent")

    @property
    def answers(self) -> Locator:
        """What is known and can't be changed."""
        return self.id("answer")

    def place(self, field_id: str) -> Locator:
        return self.page.locator(f"#field-{field_id}-place")

    def control(self, field_id: str) -> Locator:
        return self.page.locator(f"#field-{field_id}")

    def error(self, field_id: str) -> Locator:
        return self.page.locator(f"#field-{field_id}-error")

    def fill(self, field_id: str, text: str) -> None:
        self.control(field_id).fill(text)

    def choose(self, field_id: str, *labels: str) -> None:
        for label in labels:
            self.act(self.place(field_id).locator("label", has_text=label))

    def fill_address(self, field_id: str, street: str, postal_code: str, city: str) -> None:
        for part, text in (("street", street), ("postal_code", postal_code), ("city", city)):
            self.place(field_id).locator(f"[data-part={part}]").fill(text)

    def give(self, field_id: str, *files: str) -> None:
        place = self.place(field_id)
        before = place.get_by_test_id("file").count()
        place.get_by_test_id("choose-files").set_input_files(list(files))
        expect(place.get_by_test_id("file")).to_have_count(before + len(files))

    def accept_all(self) -> None:
        boxes = self.page.locator("[data-accept]")
        expect(boxes).not_to_have_count(0)
        for number in range(boxes.count()):
            if not boxes.nth(number).is_checked():
                self.act(boxes.nth(number))

    def saved(self) -> None:
        expect(self.status).to_have_attribute("data-status", "saved")

    def send(self) -> None:
        """Also while something is missing: the button is grey then, and tells what."""
        self.id("send-step").click(force=True)

    def send_all(self) -> None:
        self.send()
        expect(self.sent).to_be_visible()
