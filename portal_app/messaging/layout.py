"""How a mail looks: the company's sign, one card, a foot; light and dark.

MJML is compiled once per process to a skeleton with slots; a mail fills the slots in one pass, so nothing that a value
holds can be taken for a slot.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from mjml import mjml2html

from ..company.schemas import CompanySnapshot
from ..company.theme import EmailPalette, email_palette
from ..config import settings
from ..core.localized import in_language
from ..core.texts import server_text, translate
from .rules import first_words, write_html, write_plain, write_subject
from .variables import Use

FONTS = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
SLOT = re.compile(r"@@([A-Z0-9_]+)@@")
WHY_SECRET = server_text("You did not ask for this? Then you can ignore it; nobody gets in without your click.")
WHY_PROJECT = server_text("You get this e-mail because we are working on your project together.")
WHY_SAFE = server_text("You get this e-mail so that nothing important changes in your account without your knowing.")
WHY_CONSENT = server_text("You get this e-mail because you agreed to news from us. You can withdraw that here: {address}")
WHY_TOLD = server_text("You get this e-mail because you want to be told of it. You can change that here: {address}")
_ABOUT = {WHY_CONSENT: "/account?tab=privacy", WHY_TOLD: "/staff/inbox/choices"}

_MJML = f"""<mjml lang="@@LANGUAGE@@"><mj-head><mj-title>@@TITLE@@</mj-title><mj-preview>@@PREVIEW@@</mj-preview>
<mj-attributes><mj-all font-family="{FONTS}" padding="0" /></mj-attributes>
<mj-raw><meta name="color-scheme" content="light dark" />
<meta name="supported-color-schemes" content="light dark" /></mj-raw>
<mj-style>
.mail-card > table > tbody > tr > td {{ border-radius: 22px; }}
@media (max-width:520px) {{
.mail-card > table > tbody > tr > td {{ padding: 28px 24px !important; }}
.h1 {{ font-size: 25px !important; }} .code {{ font-size: 30px !important; letter-spacing: 6px !important; }} }}
@media (prefers-color-scheme: dark) {{
body, .mail-body {{ background: @@PAPER_DARK@@ !important; }}
.mail-card, .mail-card > table {{ background: @@SURFACE_DARK@@ !important; }}
.mail-card > table > tbody > tr > td {{ border-color: @@LINE_DARK@@ !important; }}
.t1 {{ color: @@TEXT_DARK@@ !important; }} .t2 {{ color: @@TEXT_2_DARK@@ !important; }}
.t3, .t3 > div {{ color: @@TEXT_3_DARK@@ !important; }}
.box {{ background: @@SUNKEN_DARK@@ !important; }} .btn {{ background: @@BRAND_DARK@@ !important; }}
.btn a {{ color: @@ON_BRAND_DARK@@ !important; }} .lk {{ color: @@LINK_DARK@@ !important; }} }}
</mj-style></mj-head>
<mj-body width="560px" background-color="@@PAPER@@" css-class="mail-body">
<mj-section padding="32px 8px 20px"><mj-column><mj-text>@@SIGN@@</mj-text></mj-column></mj-section>
<mj-wrapper css-class="mail-card" background-color="@@SURFACE@@" border="1px solid @@LINE@@" border-radius="22px" \
padding="40px"><mj-section><mj-column><mj-text>@@CONTENT@@</mj-text></mj-column></mj-section></mj-wrapper>
<mj-section padding="22px 16px 40px"><mj-column><mj-text css-class="t3" color="@@TEXT_3@@" font-size="13px" \
line-height="1.6">@@FOOT@@</mj-text></mj-column></mj-section>
</mj-body></mjml>"""


@dataclass(frozen=True, slots=True)
class Written:
    """A mail, ready to go."""

    subject: str
    html: str
    text: str


@cache
def _skeleton() -> str:
    return mjml2html(_MJML, disable_comments=False, fonts={})  # by default it would fetch fonts from elsewhere


@lru_cache(maxsize=8)
def _palette(brand: str, sun: str) -> EmailPalette:
    return email_palette(brand, sun)


@lru_cache(maxsize=8)
def _style(colors: EmailPalette) -> Mapping[str, str]:
    """Attributes of what staff write; colours stand at each element because mail programs drop style sheets."""
    text = f"font-size:17px;line-height:1.55;color:{colors.text_2}"
    return {
        "heading": f' class="t1 h1" style="margin:0 0 14px;font-size:29px;line-height:1.18;letter-spacing:-.7px;'
                   f'font-weight:700;color:{colors.text}"',
        "paragraph": f' class="t2" style="margin:0 0 20px;{text}"',
        "small": f' class="t3" style="margin:0 0 20px;font-size:14px;line-height:1.5;color:{colors.text_3}"',
        "list": f' class="t2" style="margin:0 0 20px;padding-left:22px;{text}"',
        "item": ' style="margin:0 0 6px"',
        "bold": f' class="t1" style="color:{colors.text}"',
        "link": f' class="lk" style="color:{colors.link};text-decoration:underline"',
        "button": ' style="margin:6px 0 20px"',
        "button_cell": f' class="btn" align="center" style="background:{colors.brand};border-radius:14px"',
        "button_link": f' style="display:block;padding:17px 24px;font-size:18px;line-height:20px;font-weight:600;'
                       f'color:{colors.on_brand};text-decoration:none"',
        "code": ' style="margin:6px 0 20px"',
        "code_cell": f' class="box" align="center" style="background:{colors.sunken};border-radius:16px;'
                     f'padding:20px 16px"',
        "code_text": f' class="t1 code" style="margin:0;font-size:34px;line-height:1.2;font-weight:700;'
                     f'letter-spacing:9px;padding-left:9px;color:{colors.text};font-variant-numeric:tabular-nums"',
    }


def _sign(company: CompanySnapshot, colors: EmailPalette, ground: str) -> str:
    """The logo, or the sun on its ground, light or dark; beside it the name, which shows when pictures do not."""
    name = html.escape(company.name)
    if company.logo_key:
        return (f'<img src="{html.escape(settings.url + company.logo_path)}" alt="{name}" height="36" '
                f'style="display:block;height:36px;max-width:220px;border:0;font-size:19px;font-weight:700">')
    return ('<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>'
            f'<td style="width:36px;height:36px;background:{ground};border-radius:10px;text-align:center;'
            f'vertical-align:middle"><span style="display:inline-block;width:16px;height:16px;border-radius:8px;'
            f'background:{colors.sun};vertical-align:middle"></span></td>'
            f'<td class="t1" style="padding-left:10px;font-size:19px;font-weight:700;letter-spacing:-.6px;'
            f'color:{colors.text}">{name}</td></tr></table>')


def why_of(use: str, *, is_secret: bool, needs_consent: bool) -> str:
    """Why somebody gets a mail, as its foot says."""
    if use == Use.STAFF_NOTIFICATION:
        return WHY_TOLD
    if use in (Use.BANK_ACCOUNT_CHANGED, Use.EMAIL_CHANGE_OLD):
        return WHY_SAFE  # "you can ignore it" is the last that may stand under a warning
    return WHY_CONSENT if needs_consent else WHY_SECRET if is_secret else WHY_PROJECT


def _foot_lines(company: CompanySnapshot, language: str, why: str) -> list[str]:
    address = ", ".join(part for part in (company.legal_name or company.name, company.address, company.phone) if part)
    return [translate(language, why, address=f"{settings.url}{_ABOUT.get(why, '')}"), address]


def _foot(lines: list[str], company: CompanySnapshot, colors: EmailPalette) -> str:
    written = [html.escape(line) for line in lines]
    if company.website:
        address = html.escape(company.website)
        written.append(f'<a class="lk" href="{address}" style="color:{colors.link}">{address}</a>')
    return "<br>".join(written)


def _slots(colors: EmailPalette) -> dict[str, str]:
    names = ("paper", "surface", "line", "text_3", "paper_dark", "surface_dark", "line_dark", "text_dark",
             "text_2_dark", "text_3_dark", "sunken_dark", "brand_dark", "on_brand_dark", "link_dark")
    return {name.upper(): getattr(colors, name) for name in names}


def write_mail(subject: Mapping[str, str], body: Mapping[str, str], values: Mapping[str, str],
               company: CompanySnapshot, language: str, *, why: str = WHY_PROJECT, is_dark: bool = False) -> Written:
    """The mail in one language, as HTML and as plain text; `why` is one of `why_of`.

    A mail follows its reader's device by its style sheet. Where that is not read, `is_dark` shows it in the dark.
    """
    palette = _palette(company.brand_color, company.sun_color)
    colors = palette.in_the_dark() if is_dark else palette
    said_body = in_language(body, language, company.default_language)
    title = write_subject(in_language(subject, language, company.default_language), values)
    foot = _foot_lines(company, language, why)
    slots = _slots(colors) | {
        "LANGUAGE": html.escape(language),
        "TITLE": html.escape(title),
        "PREVIEW": html.escape(first_words(said_body, values)),
        "SIGN": _sign(company, colors, palette.brand),
        "CONTENT": write_html(said_body, values, _style(colors)),
        "FOOT": _foot(foot, company, colors),
    }
    page = SLOT.sub(lambda match: slots[match[1]], _skeleton())
    plain_foot = "\n".join([*foot, company.website] if company.website else foot)
    return Written(title, page, f"{write_plain(said_body, values)}\n\n-- \n{plain_foot}")


def language_of(texts: Mapping[str, str], wanted: str, fallback: str) -> str:
    """The language that a mail is really in: the wanted one, else the company's, else English."""
    return next((language for language in (wanted, fallback, "en") if texts.get(language)), wanted)
