"""Settings → Dynamic fields, as staff use it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, expect

from .screen import Screen


class StaffFields(Screen):
    path = "/staff/settings/fields"

    @property
    def names(self) -> Locator:
        return self.page.locator("[data-testid=field-group] li b")

    @property
    def groups(self) -> Locator:
        return self.page.locator("[data-testid=field-group] h2")

    @property
    def title(self) -> Locator:
        return self.page.locator("main h1")

    @property
    def meanwhile(self) -> Locator:
        return self.id("meanwhile")

    def begin(self, kind: str) -> StaffFields:
        """A new field of a kind, such as `Number`."""
        self.open("field=new")
        self.page.get_by_role("group", name="Kind", exact=True).get_by_text(kind, exact=True).click()
        expect(self.label()).to_be_visible()
        return self

    def label(self, language: str = "en") -> Locator:
        return self.page.locator(f"#label-{language}")

    def help(self, language: str = "en") -> Locator:
        return self.page.locator(f"#help-{language}")

    def limit(self, name: str) -> Locator:
        """`min_length`, `maximum`, `unit`, `country`, … as the service calls them."""
        return self.page.locator(f"#limit-{name}")

    def choose_new_group(self, name: str) -> None:
        self.page.locator("#group").select_option("new")
        self.page.locator("#group_name-en").fill(name)

    def choose_group(self, name: str) -> None:
        self.page.locator("#group").select_option(label=name)

    @property
    def options(self) -> Locator:
        """The first language's text of each answer."""
        return self.options_in("en")

    def options_in(self, language: str) -> Locator:
        return self.page.get_by_test_id("options").locator(f"li input[lang={language}]")

    def write_options(self, *texts: str, language: str = "en") -> None:
        if texts:
            expect(self.id("options")).to_be_visible()
        options = self.options_in(language)
        for place, text in enumerate(texts):
            if options.count() <= place:
                self.id("add-option").click()
                expect(options).to_have_count(place + 1)
            options.nth(place).fill(text)

    def save(self) -> None:
        """Saves and waits for the field as it is saved."""
        self.id("save-field").click()
        expect(self.id("save-field")).to_have_count(0)
        expect(self.id("places")).to_be_visible()

    def handle(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=f"Move {name}: arrow keys or drag", exact=True)

    def menu(self, name: str, item: str) -> None:
        self.page.get_by_label(f"More about {name}", exact=True).click()
        self.page.locator("details[open]").get_by_role("button", name=item).click()

    def define(self, kind: str, label: str, group: str = "", *, spanish: str = "", choices: Sequence[tuple[str, str]] = (),
               **limits: str) -> str:
        """A field with what a journey needs of it; gives its id. A choice has its words in English and in Spanish."""
        self.begin(kind)
        self.label().fill(label)
        if spanish:
            self.label("es").fill(spanish)
        for language, place in (("en", 0), ("es", 1)):
            self.write_options(*(choice[place] for choice in choices), language=language)
        if group:
            known = self.page.locator("#group option").all_inner_texts()
            self.choose_group(group) if group in known else self.choose_new_group(group)
        for name, text in limits.items():
            self.put(self.limit(name), text)
        self.save()
        expect(self.page).to_have_url(re.compile(r"field=(?!new)"))
        return self.page.url.rpartition("field=")[2]
