"""The customer's help page: the list of messages, one of them, and the form of a new one."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screen import Screen


class Cases(Screen):
    path = "/cases"

    @property
    def lines(self) -> Locator:
        return self.id("case-line")

    @property
    def messages(self) -> Locator:
        """What was written, the oldest first."""
        return self.id("case-message")

    @property
    def state(self) -> Locator:
        return self.page.locator(".page-head .pill")

    def begin(self) -> None:
        self.act(self.id("new-case"))
        expect(self.page.locator("#type_id")).to_be_visible()

    def fill(self, type_name: str = "", title: str = "", text: str = "") -> None:
        if type_name:
            self.page.locator("#type_id").select_option(label=type_name)
        for id, value in (("title", title), ("text", text)):
            if value:
                self.page.locator(f"#{id}").fill(value)

    def kept(self, text: str) -> None:
        """Waits until the draft is on the server with this text."""
        expect(self.id("kept").locator("svg")).to_be_visible()
        expect(self.id("kept")).to_have_attribute("data-letters", str(len(text)))

    def send(self) -> None:
        self.act(self.id("send-case"))

    @property
    def files(self) -> Locator:
        """Those of the form."""
        return self.id("file")

    @property
    def talk_files(self) -> Locator:
        return self.id("case-file")

    def bring(self, *files: tuple[str, bytes]) -> None:
        self.id("choose-files").set_input_files(
            [{"name": name, "mimeType": "image/jpeg", "buffer": content} for name, content in files])

    def reply(self, text: str) -> None:
        self.page.locator("#reply").fill(text)
        self.act(self.id("send-reply"))

    def close(self) -> None:
        self.act(self.id("close-case"))
        self.act(self.id("confirm-close"))

    def reopen(self) -> None:
        self.act(self.id("reopen-case"))
