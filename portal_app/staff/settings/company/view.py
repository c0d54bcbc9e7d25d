"""Settings → Customer portal: logo, colour with what it does to contrast, contact, languages, times, texts."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ....access.modules import MODULES
from ....company.schemas import LONGEST_TEXT
from ....core.texts import LANGUAGE_NAMES, LANGUAGES
from ....customers.rules import CHANNEL_TITLES, Channel
from ....ui import components as c
from ....ui.drafting import draft_input, draft_textarea, leave_guard
from ....ui.frames import staff_frame
from ....ui.i18n import number, said, t, t_marked, tn
from ....ui.languages import language_name
from ...meanwhile import meanwhile, named, plain
from ..head import settings_head
from .logo_picker import LogoPicker
from .state import EDITABLE, SCOPED, SWITCHED, CompanyState

S: Any = CompanyState

PARTS = {
    "name": t("Name that customers know"), "legal_name": t("Full legal name"), "email": t("E-mail"),
    "phone": t("Phone"), "address": t("Address"), "website": t("Website"), "brand_color": t("Brand colour"),
    "languages": t("Languages"), "default_language": t("First language"), "link_minutes": t("A link lasts"),
    "link_uses": t("A link works"), "code_minutes": t("Codes"), "session_idle_hours": t("Signed out when idle"),
    "session_days": t("Signed out at the latest"), "welcome": t("Welcome on the sign-in page"),
    "success_text": t("End of the process, success"), "failure_text": t("End of the process, failed"),
    "sign_up_is_open": t("Signing up"), "reactivation_is_open": t("Customers may start again"),
    "modules": t("Places in the portal"), **{f"scope-{key}": t("What people share") for key in SCOPED},
    "customer_edits": t("What customers change themselves"),
    "consent_channels": t("Ways in which you ask to write about offers and news"),
    "consent_text": t("What customers consent to"),
}


def company_page() -> rx.Component:
    return staff_frame(
        settings_head(t("Customer portal"), t("How the portal looks and speaks to your customers.")),
        rx.cond(
            S.is_loaded,
            rx.cond(S.may_edit, _content(),
                    c.empty_state("lock", t("You may not change this"), t("Ask your administrator if you need it."))),
            c.loading(t("Loading"), c.skeleton_card("240px"), c.skeleton_card("240px"), class_name="stack l"),
        ),
        leave_guard(S.changed.length() > 0),
        area="settings",
    )


def _content() -> rx.Component:
    return rx.fragment(
        rx.el.div(meanwhile(S, PARTS, _text), _look(), _contact(), _languages(), _times(), _sign_up(), _modules(),
                  _own_data(), _consent(), _texts(), class_name="stack l settings"),
        _bar(),
    )


def _text(row: Any, value: Any) -> Any:
    return rx.match(row.part, ("default_language", language_name(value)), plain(row, value))


def _is_on(field: str, key: str) -> Any:
    return S.draft[f"{field}.{key}"] != ""


def _error(field: str) -> Any:
    return said(S.field_errors[field])


def _draft(field: str, label: Any, hint: Any = None, **props: Any) -> rx.Component:
    def control(id: str, **given: Any) -> rx.Component:
        return draft_input(S.draft[field], S.revision, lambda text: S.write(field, text), id=id, name=field,
                           class_name="input", auto_complete="off", **given)

    return c.field(label, control, id=field, hint=hint, error=_error(field), **props)


# Logo and colour


def _look() -> rx.Component:
    return c.card(
        c.card_head(t("Logo and colour")),
        rx.el.div(
            rx.el.div(
                rx.el.span(t("Logo"), class_name="label"),
                rx.el.div(
                    rx.cond(S.logo != "", rx.el.img(src=S.logo, alt=t("Your logo"), class_name="logo-shown"),
                            rx.el.p(t("None yet: customers see a sun on your colour, and your name."),
                                    class_name="muted")),
                    class_name="logo-place",
                ),
                LogoPicker.create(address="/api/company/logo", label=t("Choose a picture"),
                                  remove_label=t("Remove"), has_logo=S.logo != "", on_done=S.logo_changed,
                                  on_refused=S.logo_refused),
                c.error_text(said(S.logo_error)),
                rx.el.p(t("PNG, JPEG or WebP, at most 2 MB. It holds at once, everywhere."), class_name="hint"),
                class_name="field",
            ),
            _color(),
            class_name="form",
        ),
    )


def _color() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.div(
                rx.el.label(t("Pick"), html_for="picker", class_name="vh"),
                rx.el.input(type="color", id="picker", class_name="input", on_change=S.pick_color.debounce(150),
                            value=rx.cond(S.contrasts.length() > 0, S.draft["brand_color"], "#000000")),
                class_name="field",
            ),
            _draft("brand_color", t("Brand colour"), max_length=7, spell_check=False),
            class_name="row end",
        ),
        rx.cond(
            S.contrasts.length() > 0,
            rx.el.details(
                rx.el.summary(rx.cond(
                    S.weak_count == 0,
                    c.pill(t("Readable everywhere, in light and dark"), "ok", "circle-check"),
                    c.pill(tn("{n} pair is hard to read", "{n} pairs are hard to read", S.weak_count), "bad",
                           "alert-circle"),
                )),
                rx.el.table(
                    rx.el.caption(t("Contrast of each pair"), class_name="vh"),
                    rx.el.thead(rx.el.tr(rx.el.th(t("Pair"), scope="col"), rx.el.th(t("light"), scope="col", class_name="r"),
                                         rx.el.th(t("dark"), scope="col", class_name="r"))),
                    rx.el.tbody(rx.foreach(S.contrasts, _contrast)),
                    class_name="contrasts",
                ),
                open=True,
            ),
        ),
        class_name="stack",
    )


def _pair(pair: Any) -> Any:
    return rx.match(
        pair,
        ("on-brand/9", t("Text on buttons")), ("on-brand/10", t("Text on a button you point at")),
        ("11/3", t("Coloured text on a tint")), ("11/surface", t("Coloured text on a card")),
        ("text-3/sunken", t("The faintest text")), ("mark/surface", t("Signs and ticks on a card")),
        ("mark/paper", t("Signs and ticks on the page")), ("focus/paper", t("The frame of what has the focus")),
        ("sun-ink/sun-soft", t("Text of “your turn”")), ("on-sun/sun", t("Text on the sun")), pair,
    )


def _contrast(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.th(_pair(row.pair), scope="row"),
        *(rx.el.td(
            number(ratio, 1), "\u00a0:\u00a01",
            rx.cond(passes, rx.fragment(c.icon("check", "s"), rx.el.span(t("good"), class_name="vh")),
                    c.pill(t("too weak"), "bad", "x")),
            class_name="num r",
        ) for ratio, passes in ((row.light, row.light_passes), (row.dark, row.dark_passes))),
    )


# Contact, languages, times, texts


def _contact() -> rx.Component:
    return c.card(
        c.card_head(t("Contact")),
        rx.el.div(
            rx.el.div(_draft("name", t("Name that customers know"), max_length=120),
                      _draft("legal_name", t("Full legal name"), max_length=200, optional=t("(optional)")),
                      class_name="pair"),
            rx.el.div(_draft("email", t("E-mail"), type="email", max_length=254, optional=t("(optional)"),
                             hint=t("Answers to the portal's mails arrive here.")),
                      _draft("phone", t("Phone"), type="tel", max_length=40, optional=t("(optional)")), class_name="pair"),
            _draft("address", t("Address"), max_length=300, optional=t("(optional)")),
            _draft("website", t("Website"), type="url", max_length=300, optional=t("(optional)")),
            class_name="form",
        ),
    )


def _languages() -> rx.Component:
    return c.card(
        c.card_head(t("Languages")),
        rx.el.div(
            rx.el.fieldset(
                rx.el.legend(t("Offered to customers"), class_name="label"),
                *(
                    c.checkbox(LANGUAGE_NAMES[language], name=f"language-{language}", lang=language,
                               checked=_is_on("languages", language),
                               on_change=lambda value, each=language: S.choose("languages", each, value),
                               **c.told_at("languages-error", _error("languages")))
                    for language in LANGUAGES
                ),
                c.error_text(_error("languages"), "languages-error"),
                class_name="field",
            ),
            c.field(
                t("First language"), c.select, id="default_language",
                options=[(language, LANGUAGE_NAMES[language]) for language in LANGUAGES],
                value=S.draft["default_language"], on_change=lambda value: S.write("default_language", value),
                hint=t("Customers read it where a text is not written in theirs."), error=_error("default_language"),
            ),
            class_name="form",
        ),
    )


def _number(field: str, label: Any, hint: Any, low: int, high: int) -> rx.Component:
    return _draft(field, label, hint, type="number", input_mode="numeric", min=str(low), max=str(high))


def _times() -> rx.Component:
    return c.card(
        c.card_head(t("Signing in")),
        rx.el.div(
            rx.el.div(
                _number("link_minutes", t("A link lasts, in minutes"), t("5 to 10,080."), 5, 10080),
                _number("link_uses", t("A link works, times"), t("1 to 10. Once is safest."), 1, 10),
                class_name="pair"),
            rx.el.div(
                _number("code_minutes", t("A code lasts, in minutes"), t("2 to 30. It works once."), 2, 30),
                class_name="pair"),
            rx.el.div(
                _number("session_idle_hours", t("Signed out when idle, after hours"), t("1 to 720."), 1, 720),
                _number("session_days", t("Signed out at the latest, after days"), t("1 to 90."), 1, 90),
                class_name="pair"),
            class_name="form",
        ),
    )


# What customers may do themselves


def _choice(field: str, key: str, title: Any) -> rx.Component:
    return c.checkbox(title, name=f"{field}-{key}", checked=_is_on(field, key),
                      on_change=lambda value: S.choose(field, key, value))


def _sign_up() -> rx.Component:
    return c.card(
        c.card_head(t("Signing up")),
        c.switch_row(t("Anybody may sign up"), t("At /sign-up, and by a link on the sign-in page. The address is confirmed "
                                                 "by e-mail first."),
                     checked=_is_on("sign_up_is_open", "open"), custom_attrs={"data-testid": "sign-up-switch"},
                     on_change=lambda value: S.choose("sign_up_is_open", "open", value)),
    )


def _choices(legend: Any, boxes: list[rx.Component], hint: Any) -> rx.Component:
    return rx.el.fieldset(rx.el.legend(legend, class_name="label"), *boxes, rx.el.p(hint, class_name="hint"),
                          class_name="field")


def _modules() -> rx.Component:
    """What customers find in their portal, and of whom."""
    return c.card(
        c.card_head(t("What customers find")),
        rx.el.div(
            _choices(t("Places in the portal"),
                     [_choice("modules", key, t_marked(MODULES[key].title)) for key in SWITCHED],
                     t("What is off is gone from the menu, the home page and its address, at once. Home, account, offers "
                       "and the roof always stay: steps of your processes lead there.")),
            _choices(t("People of one household or company share"),
                     [_choice(f"scope-{key}", "account", t_marked(MODULES[key].title)) for key in SCOPED],
                     t("Without a tick each of them finds only what is their own.")),
            class_name="form",
        ),
    )


def _own_data() -> rx.Component:
    titles = {"name": t("Name"), "email": t("E-mail address, confirmed at the old and the new one"), "phone": t("Phone"),
              "address": t("Address"), "iban": t("Bank account")}
    return c.card(
        c.card_head(t("What customers change themselves")),
        _choices(t("Open to customers in their account"),
                 [_choice("customer_edits", name, titles[name]) for name in EDITABLE],
                 t("You see each change at the customer, with who and when.")),
    )


def _consent() -> rx.Component:
    return c.card(
        c.card_head(t("Consent")),
        rx.el.div(
            _choices(t("Ways in which you ask to write about offers and news"),
                     [_choice("consent_channels", channel.value, t_marked(CHANNEL_TITLES[channel])) for channel in Channel],
                     t("Each is given and withdrawn on its own. Mails about a project need no consent.")),
            _text_rows("consent_text", t("What customers consent to"), t("Not written yet: customers read a standard text")),
            rx.el.p(t("Who has consented keeps the words that they read, also when you change them."), class_name="hint"),
            class_name="form",
        ),
    )


def _text_rows(name: str, legend: Any, blank: Any = None) -> rx.Component:
    def row(language: str) -> rx.Component:
        field = f"{name}.{language}"
        missing = blank if blank is not None else rx.cond(
            S.draft["default_language"] == language, t("Not written yet"),
            t("Not written yet: customers see another language"))
        return rx.cond(_is_on("languages", language), rx.el.div(
            rx.el.label(language, html_for=f"{name}-{language}"),
            draft_textarea(S.draft[field], S.revision, lambda text: S.write(field, text), id=f"{name}-{language}",
                           name=field, lang=language, rows="2", max_length=LONGEST_TEXT, placeholder=missing,
                           **c.told_at(f"{name}-error", _error(name))),
        ))

    return rx.el.fieldset(
        rx.el.legend(legend, class_name="label"),
        rx.el.div(*(row(language) for language in LANGUAGES), class_name="langs"),
        c.error_text(_error(name), f"{name}-error"),
        class_name="field",
    )


def _texts() -> rx.Component:
    return c.card(
        c.card_head(t("Texts")),
        rx.el.div(
            _text_rows("welcome", t("Welcome on the sign-in page")),
            _text_rows("success_text", t("End of the process, success")),
            _text_rows("failure_text", t("End of the process, failed")),
            c.switch_row(t("Customers may start again"),
                         t("After a process that failed they get a button for it. Where it leads is set in the external "
                           "source actions, under “A customer starts again”."),
                         checked=_is_on("reactivation_is_open", "open"), custom_attrs={"data-testid": "reactivation-switch"},
                         on_change=lambda value: S.choose("reactivation_is_open", "open", value)),
            class_name="form",
        ),
    )


def _bar() -> rx.Component:
    return c.unsaved_bar(
        S.changed.length() > 0, tn("{n} unsaved change", "{n} unsaved changes", S.changed.length()),
        named(S.changed, PARTS),  # pyright: ignore[reportArgumentType]
        c.button(t("Discard"), variant="ghost", on_click=S.discard),
        c.button(t("Save"), variant="sun", on_click=S.save, busy=S.busy, custom_attrs={"data-testid": "save-company"}),
    )
