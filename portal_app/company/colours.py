"""Colours in numbers: sRGB as hex, OKLCH, contrast. Pure."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE | re.ASCII)


class Oklch(NamedTuple):
    lightness: float
    chroma: float
    hue: float


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


def clamp(low: float, value: float, high: float) -> float:
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


def oklch(colour: str) -> Oklch:
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
        round(255 * _from_linear(clamp(0, channel, 1))) for channel in _linear_rgb(lightness, chroma, hue)
    )
    return red, green, blue


def hex_of(lightness: float, chroma: float, hue: float) -> str:
    return "#{:02x}{:02x}{:02x}".format(*_channels(lightness, chroma, hue))


def rgba_of(lightness: float, chroma: float, hue: float, alpha: float) -> str:
    red, green, blue = _channels(lightness, chroma, hue)
    return f"rgba({red},{green},{blue},{f'{alpha:g}'.lstrip('0')})"
