import itertools
import re

import pytest

from portal_app.company import theme
from portal_app.company.colours import Oklch, contrast, hex_of, oklch, parse_hex
from portal_app.company.theme import (
    DEFAULT_BRAND,
    brand_css,
    check_brand,
    email_palette,
    tokens,
)

GRID = [0, 32, 64, 96, 128, 160, 192, 224, 255]
COLOUR = re.compile(r"#[0-9a-f]{6}|rgba\(\d+,\d+,\d+,\.\d+\)|0 .*rgba\(.*")


def ratio(brand: str, pair: str, in_theme: str) -> float:
    return next(found.ratio for found in check_brand(brand) if found.pair == pair and found.theme == in_theme)


def test_contrast_is_the_wcag_ratio():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#0b5b57", "#0b5b57") == 1


@pytest.mark.search
def test_every_brand_of_the_grid_is_readable_in_both_themes():
    short = [
        (brand, found)
        for brand in ("#{:02x}{:02x}{:02x}".format(*rgb) for rgb in itertools.product(GRID, repeat=3))
        for found in check_brand(brand)
        if not found.passes
    ]
    assert short == []


@pytest.mark.search
def test_input_borders_and_hover_are_visible_for_every_brand_of_the_grid():
    for rgb in itertools.product(GRID, repeat=3):
        light = tokens("#{:02x}{:02x}{:02x}".format(*rgb))
        assert contrast(light["--line-strong"], light["--surface"]) >= 3, rgb
        assert light["--brand-9"] != light["--brand-10"], rgb


@pytest.mark.parametrize(
    ("brand", "light", "dark"), [("#0b5b57", 7.8, 8.9), ("#c2187e", 5.5, 8.1), ("#f0771a", 6.4, 8.2)]
)
def test_known_brands_have_the_measured_contrast(brand: str, light: float, dark: float):
    assert ratio(brand, "on-brand/9", "light") == pytest.approx(light, abs=0.06)
    assert ratio(brand, "on-brand/9", "dark") == pytest.approx(dark, abs=0.06)


def test_check_names_each_pair_in_both_themes():
    pairs = [(found.pair, found.theme) for found in check_brand(DEFAULT_BRAND)]
    assert len(pairs) == len(set(pairs))
    for pair in (
        "on-brand/9", "on-brand/10", "11/3", "11/surface", "text-3/sunken", "mark/surface", "mark/paper", "focus/paper",
    ):  # fmt: skip
        assert (pair, "light") in pairs
        assert (pair, "dark") in pairs


def test_a_sun_that_cannot_carry_its_ink_is_reported():
    failing = {found.pair for found in check_brand(DEFAULT_BRAND, "#402000") if not found.passes}
    assert failing == {"on-sun/sun"}


def test_contrast_is_rounded_down_so_that_nothing_passes_by_rounding():
    assert theme.ContrastResult("a/b", "light", 4.49, 4.5).passes is False
    for found in check_brand("#608000"):
        assert found.ratio == int(found.ratio * 100 + 1e-6) / 100


def test_a_dark_brand_is_the_solid_itself():
    assert tokens("#0b5b57")["--brand-9"] == "#0b5b57"
    assert tokens("#0b5b57")["--on-brand"] == "#fdfdfd"


def test_an_orange_stays_orange_with_dark_ink():
    light = tokens("#f0771a")
    assert light["--brand-9"] == "#f0771a"
    assert contrast(light["--on-brand"], "#000000") < 2


@pytest.mark.parametrize("grey", ["#000000", "#808080", "#ffffff"])
@pytest.mark.parametrize("in_theme", theme.THEMES)
def test_a_grey_brand_gets_no_invented_hue(grey: str, in_theme: theme.Theme):
    for name in ("--brand-9", "--focus", "--on-brand", "--brand-11"):
        digits = tokens(grey, theme=in_theme)[name]
        channels = [int(digits[at : at + 2], 16) for at in (1, 3, 5)]
        assert max(channels) - min(channels) <= 2, name


def test_both_themes_have_the_same_tokens_and_only_colours_any_browser_reads():
    light, dark = tokens(), tokens(theme="dark")
    assert list(light) == list(dark)
    for value in [*light.values(), *dark.values()]:
        assert COLOUR.fullmatch(value), value


def test_colours_beyond_the_screen_keep_lightness_and_hue():
    wanted = Oklch(0.76, 0.4, 145)
    shown = oklch(hex_of(*wanted))
    assert shown.lightness == pytest.approx(wanted.lightness, abs=0.005)
    assert shown.hue == pytest.approx(wanted.hue, abs=1.5)
    assert shown.chroma < wanted.chroma


def test_sheet_serves_light_dark_and_the_systems_wish():
    sheet = brand_css("#c2187e", "#ffaa00")
    assert sheet.startswith(":root{color-scheme:light;--brand:#c2187e;--sun:#ffaa00;")
    assert ":root.dark{color-scheme:dark;" in sheet
    assert "@media (prefers-color-scheme:dark){:root:not(.light){color-scheme:dark;" in sheet
    assert "oklch" not in sheet
    assert sheet.count("{") == sheet.count("}")


def test_email_palette_is_hex_and_readable():
    palette = email_palette("#f0771a")
    for colour in vars(palette).values():
        assert re.fullmatch(r"#[0-9a-f]{6}", colour)
    assert contrast(palette.on_brand, palette.brand) >= 4.5
    assert contrast(palette.text_3, palette.paper) >= 4.5
    assert contrast(palette.text_3_dark, palette.paper_dark) >= 4.5
    assert contrast(palette.link_dark, palette.surface_dark) >= 4.5


def test_hex_is_normalised():
    assert parse_hex("#0B5B57") == "#0b5b57"
    assert parse_hex("#AbC") == "#aabbcc"
    assert brand_css("#ABC") == brand_css("#aabbcc")


@pytest.mark.parametrize(
    "wrong",
    ["", "0b5b57", "#0b5b5", "#0b5b57ff", "#gggggg", "teal", "#0b5b57\n", " #0b5b57", "#0b5b57;}", "#١٢٣", None, 7],
)
def test_anything_but_a_hex_colour_is_refused(wrong):
    for call in (parse_hex, check_brand, brand_css, email_palette, lambda given: tokens(DEFAULT_BRAND, given)):
        with pytest.raises(ValueError, match="hex"):
            call(wrong)


def test_unknown_theme_is_refused():
    with pytest.raises(ValueError, match="theme"):
        tokens(theme="sepia")  # type: ignore[arg-type]
