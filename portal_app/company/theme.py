"""The company's colours: every colour token of the product from two hex values.

A company sets `brand` and, rarely, `sun`. The scale is derived in OKLCH (hue kept, chroma capped for ink and sky) and
sent as hex and rgba, because mail, PDF and older browsers cannot derive it themselves.

    tokens(brand, sun, theme) -> dict[str, str]       every token of one theme, "--brand-9" -> "#0b5b57"
    brand_css(brand, sun) -> str                      the style sheet with both themes
    check_brand(brand, sun) -> list[ContrastResult]   the pairs that must be readable, in both themes
    email_palette(brand, sun) -> EmailPalette         the few colours of mails and PDFs, light and dark
    contrast(a, b) -> float                           WCAG 2 ratio of two hex colours
    parse_hex(text) -> str                            "#0B5B57" or "#abc" -> "#rrggbb"; ValueError otherwise
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

DEFAULT_BRAND = "#0b5b57"
DEFAULT_SUN = "#ffc53d"

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, Theme] = ("light", "dark")

TEXT_MINIMUM = 4.5
MARK_MINIMUM = 3.0

# A brand with less chroma than this is a grey: lifting its chroma would invent a hue that the company never chose.
GREY_CHROMA = 0.02

# Between these two lightnesses neither white nor dark ink reaches 4.5 : 1 on a solid.
DARKEST_LIGHT_SOLID = 0.6
LIGHTEST_DARK_SOLID = 0.55

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE | re.ASCII)


class Oklch(NamedTuple):
    lightness: float
    chroma: float
    hue: float


class ContrastResult(NamedTuple):
    """One measured pair, such as `on-brand/9` in the light theme."""

    pair: str
    theme: Theme
    ratio: float
    needed: float

    @property
    def passes(self) -> bool:
        return self.ratio >= self.needed


@dataclass(frozen=True)
class EmailPalette:
    """Hex colours for places without style sheets. Fields ending in `_dark` are for the dark colour scheme."""

    brand: str
    on_brand: str
    link: str
    sun: str
    on_sun: str
    paper: str
    surface: str
    sunken: str
    line: str
    text: str
    text_2: str
    text_3: str
    brand_dark: str
    on_brand_dark: str
    link_dark: str
    paper_dark: str
    surface_dark: str
    sunken_dark: str
    line_dark: str
    text_dark: str
    text_2_dark: str
    text_3_dark: str


def parse_hex(text: str) -> str:
    """The colour as `#rrggbb`; ValueError when it is not a hex colour."""
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise ValueError("a colour is written as # and three or six hex digits")
    digits = text[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def contrast(a: str, b: str) -> float:
    """The WCAG 2 contrast ratio of two hex colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(a), _luminance(b)))
    return (lighter + 0.05) / (darker + 0.05)


def tokens(brand: str = DEFAULT_BRAND, sun: str = DEFAULT_SUN, theme: Theme = "light") -> dict[str, str]:
    """Every colour token of one theme, by its CSS name."""
    if theme not in THEMES:
        raise ValueError(f"unknown theme {theme!r}")
    brand, sun = parse_hex(brand), parse_hex(sun)
    return _light(brand, sun) if theme == "light" else _dark(brand, sun)


def brand_css(brand: str = DEFAULT_BRAND, sun: str = DEFAULT_SUN) -> str:
    """Both themes as a style sheet: the system's wish, until `light` or `dark` stands as a class on the page."""
    light = _declarations(tokens(brand, sun, "light"), "light")
    dark = _declarations(tokens(brand, sun, "dark"), "dark")
    return (
        f":root{{{light}}}\n:root.dark{{{dark}}}\n@media (prefers-color-scheme:dark){{:root:not(.light){{{dark}}}}}\n"
    )


def check_brand(brand: str, sun: str = DEFAULT_SUN) -> list[ContrastResult]:
    """The pairs that decide whether people can read the product in these colours, measured in both themes."""
    results = []
    for theme in THEMES:
        colours = tokens(brand, sun, theme)
        results += [
            ContrastResult(pair, theme, math.floor(100 * contrast(colours[front], colours[back])) / 100, needed)
            for pair, front, back, needed in _PAIRS
        ]
    return results


def email_palette(brand: str = DEFAULT_BRAND, sun: str = DEFAULT_SUN) -> EmailPalette:
    light, dark = tokens(brand, sun, "light"), tokens(brand, sun, "dark")
    return EmailPalette(
        brand=light["--brand-9"],
        on_brand=light["--on-brand"],
        link=light["--brand-11"],
        sun=light["--sun"],
        on_sun=light["--on-sun"],
        paper=light["--paper"],
        surface=light["--surface"],
        sunken=light["--sunken"],
        line=light["--line"],
        text=light["--text"],
        text_2=light["--text-2"],
        text_3=light["--text-3"],
        brand_dark=dark["--brand-9"],
        on_brand_dark=dark["--on-brand"],
        link_dark=dark["--brand-11"],
        paper_dark=dark["--paper"],
        surface_dark=dark["--surface"],
        sunken_dark=dark["--sunken"],
        line_dark=dark["--line"],
        text_dark=dark["--text"],
        text_2_dark=dark["--text-2"],
        text_3_dark=dark["--text-3"],
    )


_PAIRS = (
    ("on-brand/9", "--on-brand", "--brand-9", TEXT_MINIMUM),
    ("on-brand/10", "--on-brand", "--brand-10", TEXT_MINIMUM),
    ("11/3", "--brand-11", "--brand-3", TEXT_MINIMUM),
    ("11/surface", "--brand-11", "--surface", TEXT_MINIMUM),
    ("text-3/sunken", "--text-3", "--sunken", TEXT_MINIMUM),
    ("mark/surface", "--brand-mark", "--surface", MARK_MINIMUM),
    ("mark/paper", "--brand-mark", "--paper", MARK_MINIMUM),
    ("focus/paper", "--focus", "--paper", MARK_MINIMUM),
    ("sun-ink/sun-soft", "--sun-ink", "--sun-soft", TEXT_MINIMUM),
    ("on-sun/sun", "--on-sun", "--sun", TEXT_MINIMUM),
)


# ── the two themes ────────────────────────────────────────────────────────────────────────────────────────────────


def _light(brand: str, sun: str) -> dict[str, str]:
    l, c, h = _oklch(brand)  # noqa: E741 - the letters of the colour space
    sl, sc, sh = _oklch(sun)
    takes_dark_ink = l > DARKEST_LIGHT_SOLID
    solid = _clamp(0.68, l, 0.86) if takes_dark_ink else min(l, LIGHTEST_DARK_SOLID)
    # Hover moves away from the ink; where there is no room left below black it moves up.
    hover = solid + (0.04 if takes_dark_ink else -0.045 if solid > 0.15 else 0.08)
    shade = (0.3, min(c, 0.05), h)
    return {
        "--brand": brand,
        "--sun": sun,
        "--brand-1": _hex(0.990, c * 0.05, h),
        "--brand-2": _hex(0.976, c * 0.11, h),
        "--brand-3": _hex(0.953, c * 0.20, h),
        "--brand-4": _hex(0.925, c * 0.29, h),
        "--brand-5": _hex(0.893, c * 0.38, h),
        "--brand-6": _hex(0.850, c * 0.46, h),
        "--brand-7": _hex(0.785, c * 0.56, h),
        "--brand-8": _hex(0.690, c * 0.72, h),
        "--brand-9": _hex(solid, c, h),
        "--brand-10": _hex(hover, c, h),
        "--brand-mark": _hex(min(solid, 0.60), c, h),
        "--brand-11": _hex(0.46, min(c, 0.16), h),
        "--brand-12": _hex(0.27, min(c * 0.6, 0.07), h),
        "--on-brand": _hex(0.2, 0.035 * _tint(c), h) if takes_dark_ink else _hex(0.995, 0, h),
        "--paper": _hex(0.982, 0.0055, 92),
        "--surface": "#ffffff",
        "--raised": "#ffffff",
        "--sunken": _hex(0.962, 0.0065, 92),
        "--line-soft": _hex(0.932, 0.007, 92),
        "--line": _hex(0.895, 0.008, 92),
        "--line-strong": _hex(0.635, min(c, 0.014), h),
        "--text": _hex(0.235, min(c, 0.028), h),
        "--text-2": _hex(0.43, min(c, 0.02), h),
        "--text-3": _hex(0.515, min(c, 0.016), h),
        "--sun-soft": _hex(0.962, min(sc * 0.34, 0.055), sh),
        "--sun-line": _hex(0.865, min(sc * 0.7, 0.105), sh),
        "--sun-ink": _hex(0.42, min(sc, 0.088), sh - 12),
        "--on-sun": _hex(0.27, 0.05 * _tint(sc), sh - 15),
        "--sun-ring": _hex(sl * 0.82, sc * 0.82, sh),
        "--sun-glow": _rgba(sl, sc, sh, 0.42),
        "--sun-haze": _rgba(sl, sc, sh, 0.14),
        "--ok-bg": _hex(0.965, 0.033, 155),
        "--ok-line": _hex(0.86, 0.075, 155),
        "--ok": _hex(0.56, 0.13, 152),
        "--ok-ink": _hex(0.42, 0.095, 152),
        "--bad-bg": _hex(0.967, 0.018, 22),
        "--bad-line": _hex(0.87, 0.07, 22),
        "--bad": _hex(0.575, 0.195, 25),
        "--bad-ink": _hex(0.475, 0.17, 25),
        "--on-bad": "#ffffff",
        "--info-bg": _hex(0.976, c * 0.11, h),
        "--info-line": _hex(0.893, c * 0.38, h),
        "--info-ink": _hex(0.46, min(c, 0.16), h),
        "--focus": _hex(0.52, max(c, 0.11 * _tint(c)), h),
        "--scrim": _rgba(0.16, 0.03 * _tint(c), h, 0.5),
        "--shadow-1": f"0 1px 2px {_rgba(*shade, 0.06)}",
        "--shadow-2": f"0 1px 2px {_rgba(*shade, 0.05)},0 6px 20px -6px {_rgba(*shade, 0.12)}",
        "--shadow-3": f"0 2px 6px {_rgba(*shade, 0.07)},0 20px 48px -12px {_rgba(*shade, 0.26)}",
        "--shadow-up": f"0 -8px 28px -12px {_rgba(*shade, 0.2)}",
        "--sheen": "rgba(255,255,255,.12)",
        "--paper-veil": _rgba(0.982, 0.0055, 92, 0.88),
        "--surface-veil": "rgba(255,255,255,.94)",
        "--sky-1": _hex(0.95, min(c * 0.26, 0.024), h),
        "--sky-2": _hex(0.982, 0.0055, 92),
        "--tint-b": _hex(0.9, 0.05, 60),
        "--tint-b-ink": _hex(0.32, 0.06, 50),
        "--tint-c": _hex(0.9, 0.04, 280),
        "--tint-c-ink": _hex(0.33, 0.08, 280),
        "--tint-d": _hex(0.91, 0.05, 20),
        "--tint-d-ink": _hex(0.35, 0.09, 20),
    }


def _dark(brand: str, sun: str) -> dict[str, str]:
    l, c, h = _oklch(brand)  # noqa: E741 - the letters of the colour space
    sl, sc, sh = _oklch(sun)
    solid, solid_chroma = _clamp(0.76, l, 0.82), _clamp(0.095 * _tint(c), c, 0.15)
    paper = (0.178, min(c * 0.2, 0.012), h)
    surface = (0.218, min(c * 0.22, 0.014), h)
    link = _hex(0.82, _clamp(0.06 * _tint(c), c, 0.12), h)
    return {
        "--brand": brand,
        "--sun": sun,
        "--brand-1": _hex(0.175, min(c * 0.16, 0.016), h),
        "--brand-2": _hex(0.225, min(c * 0.28, 0.026), h),
        "--brand-3": _hex(0.268, min(c * 0.45, 0.042), h),
        "--brand-4": _hex(0.305, min(c * 0.55, 0.055), h),
        "--brand-5": _hex(0.345, min(c * 0.6, 0.065), h),
        "--brand-6": _hex(0.395, min(c * 0.65, 0.075), h),
        "--brand-7": _hex(0.465, min(c * 0.75, 0.09), h),
        "--brand-8": _hex(0.565, min(c * 0.9, 0.11), h),
        "--brand-9": _hex(solid, solid_chroma, h),
        "--brand-10": _hex(solid + 0.045, solid_chroma, h),
        "--brand-mark": _hex(solid, solid_chroma, h),
        "--brand-11": link,
        "--brand-12": _hex(0.945, min(c * 0.3, 0.03), h),
        "--on-brand": _hex(0.19, min(c, 0.035), h),
        "--paper": _hex(*paper),
        "--surface": _hex(*surface),
        "--raised": _hex(0.252, min(c * 0.24, 0.016), h),
        "--sunken": _hex(0.152, min(c * 0.2, 0.011), h),
        "--line-soft": _hex(0.272, min(c * 0.22, 0.014), h),
        "--line": _hex(0.325, min(c * 0.24, 0.016), h),
        "--line-strong": _hex(0.565, min(c * 0.2, 0.016), h),
        "--text": _hex(0.955, 0.006, 92),
        "--text-2": _hex(0.80, 0.009, 92),
        "--text-3": _hex(0.70, 0.011, 92),
        "--sun-soft": _hex(0.298, 0.046 * _tint(sc), sh - 4),
        "--sun-line": _hex(0.46, 0.075 * _tint(sc), sh),
        "--sun-ink": _hex(0.885, 0.115 * _tint(sc), sh),
        "--on-sun": _hex(0.27, 0.05 * _tint(sc), sh - 15),
        "--sun-ring": _hex(sl * 0.82, sc * 0.82, sh),
        "--sun-glow": _rgba(sl, sc, sh, 0.26),
        "--sun-haze": _rgba(sl, sc, sh, 0.14),
        "--ok-bg": _hex(0.272, 0.042, 155),
        "--ok-line": _hex(0.42, 0.07, 155),
        "--ok": _hex(0.74, 0.14, 155),
        "--ok-ink": _hex(0.86, 0.105, 155),
        "--bad-bg": _hex(0.272, 0.055, 22),
        "--bad-line": _hex(0.45, 0.11, 22),
        "--bad": _hex(0.70, 0.16, 22),
        "--bad-ink": _hex(0.83, 0.095, 22),
        "--on-bad": _hex(0.19, 0.03, 22),
        "--info-bg": _hex(0.225, min(c * 0.28, 0.026), h),
        "--info-line": _hex(0.345, min(c * 0.6, 0.065), h),
        "--info-ink": link,
        "--focus": _hex(0.80, max(c, 0.1 * _tint(c)), h),
        "--scrim": _rgba(0.08, 0.01, 200, 0.66),
        "--shadow-1": "0 1px 2px rgba(0,0,0,.3)",
        "--shadow-2": "0 1px 2px rgba(0,0,0,.3),0 8px 24px -6px rgba(0,0,0,.45)",
        "--shadow-3": "0 2px 6px rgba(0,0,0,.3),0 24px 56px -12px rgba(0,0,0,.7)",
        "--shadow-up": "0 -8px 28px -12px rgba(0,0,0,.5)",
        "--sheen": "rgba(255,255,255,.12)",
        "--paper-veil": _rgba(*paper, 0.88),
        "--surface-veil": _rgba(*surface, 0.94),
        "--sky-1": _hex(0.262, min(c * 0.5, 0.036), h),
        "--sky-2": _hex(*paper),
        "--tint-b": _hex(0.40, 0.05, 55),
        "--tint-b-ink": _hex(0.93, 0.03, 60),
        "--tint-c": _hex(0.40, 0.06, 282),
        "--tint-c-ink": _hex(0.93, 0.03, 282),
        "--tint-d": _hex(0.40, 0.06, 20),
        "--tint-d-ink": _hex(0.93, 0.03, 20),
    }


def _declarations(colours: dict[str, str], scheme: Theme) -> str:
    return f"color-scheme:{scheme};" + "".join(f"{name}:{value};" for name, value in colours.items())


# ── colour arithmetic ─────────────────────────────────────────────────────────────────────────────────────────────


def _tint(chroma: float) -> float:
    """How far a lifted chroma may go: all the way for a colour, not at all for a grey."""
    return min(1.0, chroma / GREY_CHROMA)


def _clamp(low: float, value: float, high: float) -> float:
    return max(low, min(value, high))


def _to_linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _from_linear(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _linear(colour: str) -> tuple[float, float, float]:
    digits = parse_hex(colour)[1:]
    red, green, blue = (_to_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklch(colour: str) -> Oklch:
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)))


def _linear_rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _fits(lightness: float, chroma: float, hue: float) -> bool:
    return all(-0.0005 <= channel <= 1.0005 for channel in _linear_rgb(lightness, chroma, hue))


def _channels(lightness: float, chroma: float, hue: float) -> tuple[int, int, int]:
    """8-bit sRGB. A colour that no screen can show keeps lightness and hue and loses chroma until one can."""
    if not _fits(lightness, chroma, hue):
        fitting, too_much = 0.0, chroma
        for _ in range(18):
            middle = (fitting + too_much) / 2
            fitting, too_much = (middle, too_much) if _fits(lightness, middle, hue) else (fitting, middle)
        chroma = fitting
    red, green, blue = (
        round(255 * _from_linear(_clamp(0, channel, 1))) for channel in _linear_rgb(lightness, chroma, hue)
    )
    return red, green, blue


def _hex(lightness: float, chroma: float, hue: float) -> str:
    return "#{:02x}{:02x}{:02x}".format(*_channels(lightness, chroma, hue))


def _rgba(lightness: float, chroma: float, hue: float, alpha: float) -> str:
    red, green, blue = _channels(lightness, chroma, hue)
    return f"rgba({red},{green},{blue},{f'{alpha:g}'.lstrip('0')})"
