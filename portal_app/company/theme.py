"""The company's colours: every colour token of the product from two hex values.

A company sets `brand` and, rarely, `sun`. The scale is derived in OKLCH (hue kept, chroma capped for ink and sky) and
sent as hex and rgba, because mail, PDF and older browsers cannot derive it themselves.

    tokens(brand, sun, theme) -> dict[str, str]       every token of one theme, "--brand-9" -> "#0b5b57"
    brand_css(brand, sun) -> str                      the style sheet with both themes
    check_brand(brand, sun) -> list[ContrastResult]   the pairs that must be readable, in both themes
    email_palette(brand, sun) -> EmailPalette         the few colours of mails and PDFs, light and dark
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Literal, NamedTuple

from .colours import clamp, contrast, hex_of, oklch, parse_hex, rgba_of

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

    def in_the_dark(self) -> EmailPalette:
        """With what the style sheet of a mail puts in place of the light colours."""
        dark = {name: value for name, value in asdict(self).items() if name.endswith("_dark")}
        return replace(self, **{name.removesuffix("_dark"): value for name, value in dark.items()})


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
    l, c, h = oklch(brand)  # noqa: E741 - the letters of the colour space
    sl, sc, sh = oklch(sun)
    takes_dark_ink = l > DARKEST_LIGHT_SOLID
    solid = clamp(0.68, l, 0.86) if takes_dark_ink else min(l, LIGHTEST_DARK_SOLID)
    # Hover moves away from the ink; where there is no room left below black it moves up.
    hover = solid + (0.04 if takes_dark_ink else -0.045 if solid > 0.15 else 0.08)
    shade = (0.3, min(c, 0.05), h)
    return {
        "--brand": brand,
        "--sun": sun,
        "--brand-1": hex_of(0.990, c * 0.05, h),
        "--brand-2": hex_of(0.976, c * 0.11, h),
        "--brand-3": hex_of(0.953, c * 0.20, h),
        "--brand-4": hex_of(0.925, c * 0.29, h),
        "--brand-5": hex_of(0.893, c * 0.38, h),
        "--brand-6": hex_of(0.850, c * 0.46, h),
        "--brand-7": hex_of(0.785, c * 0.56, h),
        "--brand-8": hex_of(0.690, c * 0.72, h),
        "--brand-9": hex_of(solid, c, h),
        "--brand-10": hex_of(hover, c, h),
        "--brand-mark": hex_of(min(solid, 0.60), c, h),
        "--brand-11": hex_of(0.46, min(c, 0.16), h),
        "--brand-12": hex_of(0.27, min(c * 0.6, 0.07), h),
        "--on-brand": hex_of(0.2, 0.035 * _tint(c), h) if takes_dark_ink else hex_of(0.995, 0, h),
        "--paper": hex_of(0.982, 0.0055, 92),
        "--surface": "#ffffff",
        "--raised": "#ffffff",
        "--sunken": hex_of(0.962, 0.0065, 92),
        "--line-soft": hex_of(0.932, 0.007, 92),
        "--line": hex_of(0.895, 0.008, 92),
        "--line-strong": hex_of(0.635, min(c, 0.014), h),
        "--text": hex_of(0.235, min(c, 0.028), h),
        "--text-2": hex_of(0.43, min(c, 0.02), h),
        "--text-3": hex_of(0.515, min(c, 0.016), h),
        "--sun-soft": hex_of(0.962, min(sc * 0.34, 0.055), sh),
        "--sun-line": hex_of(0.865, min(sc * 0.7, 0.105), sh),
        "--sun-ink": hex_of(0.42, min(sc, 0.088), sh - 12),
        "--on-sun": hex_of(0.27, 0.05 * _tint(sc), sh - 15),
        "--sun-ring": hex_of(sl * 0.82, sc * 0.82, sh),
        "--sun-glow": rgba_of(sl, sc, sh, 0.42),
        "--sun-haze": rgba_of(sl, sc, sh, 0.14),
        "--ok-bg": hex_of(0.965, 0.033, 155),
        "--ok-line": hex_of(0.86, 0.075, 155),
        "--ok": hex_of(0.56, 0.13, 152),
        "--ok-ink": hex_of(0.42, 0.095, 152),
        "--bad-bg": hex_of(0.967, 0.018, 22),
        "--bad-line": hex_of(0.87, 0.07, 22),
        "--bad": hex_of(0.575, 0.195, 25),
        "--bad-ink": hex_of(0.475, 0.17, 25),
        "--on-bad": "#ffffff",
        "--info-bg": hex_of(0.976, c * 0.11, h),
        "--info-line": hex_of(0.893, c * 0.38, h),
        "--info-ink": hex_of(0.46, min(c, 0.16), h),
        "--focus": hex_of(0.52, max(c, 0.11 * _tint(c)), h),
        "--scrim": rgba_of(0.16, 0.03 * _tint(c), h, 0.5),
        "--shadow-1": f"0 1px 2px {rgba_of(*shade, 0.06)}",
        "--shadow-2": f"0 1px 2px {rgba_of(*shade, 0.05)},0 6px 20px -6px {rgba_of(*shade, 0.12)}",
        "--shadow-3": f"0 2px 6px {rgba_of(*shade, 0.07)},0 20px 48px -12px {rgba_of(*shade, 0.26)}",
        "--shadow-up": f"0 -8px 28px -12px {rgba_of(*shade, 0.2)}",
        "--sheen": "rgba(255,255,255,.12)",
        "--paper-veil": rgba_of(0.982, 0.0055, 92, 0.88),
        "--surface-veil": "rgba(255,255,255,.94)",
        "--sky-1": hex_of(0.95, min(c * 0.26, 0.024), h),
        "--sky-2": hex_of(0.982, 0.0055, 92),
        "--tint-b": hex_of(0.9, 0.05, 60),
        "--tint-b-ink": hex_of(0.32, 0.06, 50),
        "--tint-c": hex_of(0.9, 0.04, 280),
        "--tint-c-ink": hex_of(0.33, 0.08, 280),
        "--tint-d": hex_of(0.91, 0.05, 20),
        "--tint-d-ink": hex_of(0.35, 0.09, 20),
    }


def _dark(brand: str, sun: str) -> dict[str, str]:
    l, c, h = oklch(brand)  # noqa: E741 - the letters of the colour space
    sl, sc, sh = oklch(sun)
    solid, solid_chroma = clamp(0.76, l, 0.82), clamp(0.095 * _tint(c), c, 0.15)
    paper = (0.178, min(c * 0.2, 0.012), h)
    surface = (0.218, min(c * 0.22, 0.014), h)
    link = hex_of(0.82, clamp(0.06 * _tint(c), c, 0.12), h)
    return {
        "--brand": brand,
        "--sun": sun,
        "--brand-1": hex_of(0.175, min(c * 0.16, 0.016), h),
        "--brand-2": hex_of(0.225, min(c * 0.28, 0.026), h),
        "--brand-3": hex_of(0.268, min(c * 0.45, 0.042), h),
        "--brand-4": hex_of(0.305, min(c * 0.55, 0.055), h),
        "--brand-5": hex_of(0.345, min(c * 0.6, 0.065), h),
        "--brand-6": hex_of(0.395, min(c * 0.65, 0.075), h),
        "--brand-7": hex_of(0.465, min(c * 0.75, 0.09), h),
        "--brand-8": hex_of(0.565, min(c * 0.9, 0.11), h),
        "--brand-9": hex_of(solid, solid_chroma, h),
        "--brand-10": hex_of(solid + 0.045, solid_chroma, h),
        "--brand-mark": hex_of(solid, solid_chroma, h),
        "--brand-11": link,
        "--brand-12": hex_of(0.945, min(c * 0.3, 0.03), h),
        "--on-brand": hex_of(0.19, min(c, 0.035), h),
        "--paper": hex_of(*paper),
        "--surface": hex_of(*surface),
        "--raised": hex_of(0.252, min(c * 0.24, 0.016), h),
        "--sunken": hex_of(0.152, min(c * 0.2, 0.011), h),
        "--line-soft": hex_of(0.272, min(c * 0.22, 0.014), h),
        "--line": hex_of(0.325, min(c * 0.24, 0.016), h),
        "--line-strong": hex_of(0.565, min(c * 0.2, 0.016), h),
        "--text": hex_of(0.955, 0.006, 92),
        "--text-2": hex_of(0.80, 0.009, 92),
        "--text-3": hex_of(0.70, 0.011, 92),
        "--sun-soft": hex_of(0.298, 0.046 * _tint(sc), sh - 4),
        "--sun-line": hex_of(0.46, 0.075 * _tint(sc), sh),
        "--sun-ink": hex_of(0.885, 0.115 * _tint(sc), sh),
        "--on-sun": hex_of(0.27, 0.05 * _tint(sc), sh - 15),
        "--sun-ring": hex_of(sl * 0.82, sc * 0.82, sh),
        "--sun-glow": rgba_of(sl, sc, sh, 0.26),
        "--sun-haze": rgba_of(sl, sc, sh, 0.14),
        "--ok-bg": hex_of(0.272, 0.042, 155),
        "--ok-line": hex_of(0.42, 0.07, 155),
        "--ok": hex_of(0.74, 0.14, 155),
        "--ok-ink": hex_of(0.86, 0.105, 155),
        "--bad-bg": hex_of(0.272, 0.055, 22),
        "--bad-line": hex_of(0.45, 0.11, 22),
        "--bad": hex_of(0.70, 0.16, 22),
        "--bad-ink": hex_of(0.83, 0.095, 22),
        "--on-bad": hex_of(0.19, 0.03, 22),
        "--info-bg": hex_of(0.225, min(c * 0.28, 0.026), h),
        "--info-line": hex_of(0.345, min(c * 0.6, 0.065), h),
        "--info-ink": link,
        "--focus": hex_of(0.80, max(c, 0.1 * _tint(c)), h),
        "--scrim": rgba_of(0.08, 0.01, 200, 0.66),
        "--shadow-1": "0 1px 2px rgba(0,0,0,.3)",
        "--shadow-2": "0 1px 2px rgba(0,0,0,.3),0 8px 24px -6px rgba(0,0,0,.45)",
        "--shadow-3": "0 2px 6px rgba(0,0,0,.3),0 24px 56px -12px rgba(0,0,0,.7)",
        "--shadow-up": "0 -8px 28px -12px rgba(0,0,0,.5)",
        "--sheen": "rgba(255,255,255,.12)",
        "--paper-veil": rgba_of(*paper, 0.88),
        "--surface-veil": rgba_of(*surface, 0.94),
        "--sky-1": hex_of(0.262, min(c * 0.5, 0.036), h),
        "--sky-2": hex_of(*paper),
        "--tint-b": hex_of(0.40, 0.05, 55),
        "--tint-b-ink": hex_of(0.93, 0.03, 60),
        "--tint-c": hex_of(0.40, 0.06, 282),
        "--tint-c-ink": hex_of(0.93, 0.03, 282),
        "--tint-d": hex_of(0.40, 0.06, 20),
        "--tint-d-ink": hex_of(0.93, 0.03, 20),
    }


def _tint(chroma: float) -> float:
    """How far a lifted chroma may go: all the way for a colour, not at all for a grey."""
    return min(1.0, chroma / GREY_CHROMA)


def _declarations(colours: dict[str, str], scheme: Theme) -> str:
    return f"color-scheme:{scheme};" + "".join(f"{name}:{value};" for name, value in colours.items())
