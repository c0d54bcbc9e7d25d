"""The paper: same version, same bytes; every language; any number of lines."""

import io
import json
from datetime import UTC, datetime

import pytest
import typst
from PIL import Image

from portal_app.core.texts import LANGUAGES
from portal_app.offers import pdf, rules
from portal_app.offers.rules import Line, Party, Unit
from tests.offers.test_rules import content

LOOK = pdf.Look("#0b5b57", "#ffc53d", "Europe/Madrid")
GERMAN = ("Fachgerechte Montage der Unterkonstruktion einschließlich Dachhaken und Potentialausgleichsleitung\n"
          "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft, geprüft nach Norm")
HASH = "ab" * 32


def lines(many: int) -> tuple[Line, ...]:
    return tuple(Line(description={"de": GERMAN, "en": f"Part {n}"}, quantity_thousandths=13_500,
                      unit=list(Unit)[n % 6], unit_price_cents=17_000, vat_rate_bp=(1900, 700)[n % 2],
                      discount_bp=500 * (n % 3), discount_cents=100 * (n % 3)) for n in range(many))


def full(many: int = 3, /, **values):
    figures = {"peak_power_wp": 5_900, "module_count": 13, "battery_wh": 5_000, "yearly_yield_low_kwh": 8_500,
               "yearly_yield_high_kwh": 9_300, "yearly_saving_cents": 126_000}
    return content(lines=lines(many), **figures | values,
                   company=Party(name="Helianta Energía S.L.", address="Calle Mayor 1\n28001 Madrid",
                                 email="hola@example.com", phone="+34 910 000 000"),
                   customer=Party(name="Lucía Fernández", address="Calle Luna 4\n\n28004 Madrid"))


def pages(data: dict) -> int:
    made = typst.compile(pdf.TEMPLATE, root=pdf.FOLDER, font_paths=pdf._fonts(), format="png", ppi=20,
                         sys_inputs={"data": json.dumps(data)})
    return len(made) if isinstance(made, list) else 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_version_gives_the_same_bytes(language):
    first = pdf.render_pdf(full(), HASH, language, LOOK)
    assert first.startswith(b"%PDF-")
    assert pdf.render_pdf(full(), HASH, language, LOOK) == first


def test_another_version_gives_other_bytes():
    made = {pdf.render_pdf(full(**change), HASH, "en", LOOK) for change in ({}, {"version": 2}, {"title": "Max"})}
    assert len(made) == 3


def test_sixty_long_lines_fill_several_pages():
    assert pages(dict(pdf.data_of(full(60), HASH, "de", LOOK))) > 3
    assert pages(dict(pdf.data_of(full(3), HASH, "en", LOOK))) == 1


def test_it_says_everything_that_binds_in_the_readers_language():
    data = pdf.data_of(full(), HASH, "de", LOOK)
    total = f"{rules.total_of(lines(3)).total_cents / 100:.2f}".replace(".", ",")
    assert data["total"]["value"].replace(".", "").startswith(total)
    terms = " ".join(data["terms"])
    assert "„Zahlungspflichtig bestellen“" in terms
    assert "12. Dezember 2026" in terms
    assert "14 Tagen" in terms
    assert [row["label"].split(" ")[0] for row in data["totals"]] == ["Nettosumme", "19\xa0%", "7\xa0%"]
    assert data["lines"][1]["discount"].endswith("(5\xa0%)")
    assert data["lines"][0]["discount"] == ""
    assert [fact["value"] for fact in data["facts"]] == ["5,9 kWp", "13", "5 kWh", "8.500–9.300 kWh", "1.260\xa0€"]
    assert data["parties"][0]["rows"] == ["Calle Luna 4", "28004 Madrid"]
    assert HASH in data["fingerprint"]
    assert data["draft"] == ""


def test_what_is_not_known_is_left_out():
    data = pdf.data_of(content(yearly_yield_high_kwh=9_300), "", "en", LOOK)
    assert [(fact["label"], fact["value"]) for fact in data["facts"]] == [("Yield per year", "9,300 kWh")]
    assert (data["per_kwp"], data["fingerprint"], data["draft"]) == ("", "", "Draft")


def test_a_logo_is_shown_and_markup_in_texts_is_only_text():
    picture = io.BytesIO()
    Image.new("RGBA", (300, 80), "#0b5b57").save(picture, "PNG")
    plain = pdf.render_pdf(full(), HASH, "en", LOOK)
    with_logo = pdf.render_pdf(full(), HASH, "en", pdf.Look("#0b5b57", "#ffc53d", "UTC", picture.getvalue()))
    assert with_logo != plain
    hostile = "#read(\"/etc/passwd\") *bold* \\ $x$ [@a] #panic() <b> łódź ½ 漢 \u202e"
    assert pdf.render_pdf(content(title=hostile, summary={"en": hostile}), HASH, "en", LOOK).startswith(b"%PDF-")


def test_a_word_that_no_line_holds_stays_on_the_paper():
    word = "W" * 90
    long = content(title=word, summary={"en": word}, project_address=word, lines=lines(1), default_language="de",
                   customer=Party(name=word, address=word))
    data = dict(pdf.data_of(long, HASH, "en", LOOK))
    made = typst.compile(pdf.TEMPLATE, root=pdf.FOLDER, font_paths=pdf._fonts(), format="png", ppi=72,
                         sys_inputs={"data": json.dumps(data)})
    assert isinstance(made, bytes)
    page = Image.open(io.BytesIO(made)).convert("L")
    margin = page.crop((page.width - 45, 0, page.width, page.height))
    assert margin.getextrema() == (255, 255)
    assert b"pdfuaid" in pdf.render_pdf(long, HASH, "en", LOOK)


def test_figures_are_grouped_as_people_write_them():
    data = pdf.data_of(full(peak_power_wp=1_234_500, battery_wh=15_360), HASH, "de", LOOK)
    assert [fact["value"] for fact in data["facts"]][0:3:2] == ["1.234,5 kWp", "15,36 kWh"]


def test_the_date_in_the_file_is_the_day_of_issue():
    made = pdf.render_pdf(content(), HASH, "en", LOOK)
    assert datetime(2026, 11, 21, tzinfo=UTC).strftime("D:%Y%m%d").encode() in made
