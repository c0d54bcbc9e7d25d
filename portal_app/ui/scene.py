"""Pictures: the mark, the company's logo, the sign-in scene, the small drawings of empty and finished states.

brand_mark()                               built-in mark in the company's colours
logo(company, logo_url="", href="/", label=None)   the company's picture if it has one, else mark and name
sign_in_scene()                            house under the arc of a day
first_house()                              for "nothing here yet"
sun_tick(size=120)                         for "it is done"
sky()                                      the light behind the home page's head; first child of the page
"""

import re
from collections.abc import Callable
from typing import Any

import reflex as rx

from .words import Text

svg = rx.el.svg

_PAINT = re.compile("fill|opacity|stroke|stop_|transform")


def _draw(make: Callable[..., rx.Component], *children: rx.Component, **attributes: Any) -> rx.Component:
    """A shape with its paint as attributes of its own; left to itself Reflex writes paint as styles made by script."""
    paint = {_camel(name): attributes.pop(name) for name in list(attributes) if _PAINT.match(name)}
    return make(*children, custom_attrs=paint, **attributes)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.title() for part in others)


def brand_mark() -> rx.Component:
    return svg(
        _draw(svg.rect, width="36", height="36", rx="10", fill="var(--brand-9)"),
        _draw(svg.circle, cx="18", cy="15", r="7", fill="var(--sun)"),
        _draw(svg.path, 
            d="M7 27 18 17l11 10z", fill="var(--brand-9)", stroke="var(--brand-9)", stroke_width="7",
            stroke_linejoin="round",
        ),
        _draw(svg.path, 
            d="M8 26.5 18 17.4l10 9.1", fill="none", stroke="var(--on-brand)", stroke_width="3.2",
            stroke_linecap="round", stroke_linejoin="round",
        ),
        view_box="0 0 36 36",
        aria_hidden="true",
    )  # fmt: skip


def logo(company: Text, logo_url: Text = "", href: Text | None = "/", label: Text | None = None) -> rx.Component:
    """Who one is dealing with. `label` names the link ("Helianta, home"); without `href` it is no link."""
    own = rx.el.img(src=logo_url, alt=company)
    built_in = rx.fragment(brand_mark(), rx.el.span(company))
    if isinstance(logo_url, rx.Var):
        content = rx.cond(logo_url != "", own, built_in)
    else:
        content = own if logo_url else built_in
    if href is None:
        return rx.el.span(content, class_name="logo")
    named: dict[str, Any] = {"aria_label": label} if label is not None else {}
    return rx.el.a(content, href=href, class_name="logo", **named)


def _way(d: str, **props: Any) -> rx.Component:
    return _draw(svg.path, d=d, fill="none", stroke_linecap="round", **props)


def sign_in_scene() -> rx.Component:
    glow = svg.defs(
        _draw(
            svg.radial_gradient,
            *(
                _draw(svg.stop, offset=offset, stop_color="var(--sun)", stop_opacity=opacity)
                for offset, opacity in (("0", ".75"), (".4", ".22"), ("1", "0"))
            ),
            id="scene-glow",
        )
    )
    sky_arc = _draw(
        svg.g,
        _way("M-60 700Q320 60 700 700", stroke="var(--brand-8)", stroke_width="2.5", stroke_dasharray="1 10"),
        _way("M-60 700Q120 397 300 381", stroke="var(--brand-9)", stroke_width="3.5"),
        _draw(svg.circle, cx="300", cy="381", r="190", fill="url(#scene-glow)"),
        _draw(svg.circle, cx="300", cy="381", r="46", fill="var(--sun)"),
        class_name="scene-sky",
    )
    house = _draw(svg.g, 
        _draw(svg.path, d="M22 92v130h226V92z", fill="var(--surface)"),
        _draw(svg.path, d="M248 92v130h62V78z", fill="var(--brand-3)"),
        _draw(svg.path, d="M0 100 60 8h226l-38 92z", fill="var(--brand-9)"),
        _draw(svg.path, d="M286 8 330 88l-20 0-36-62-26 74z", fill="var(--brand-10)"),
        _draw(svg.path, 
            d="M42 82 82 20h168l-26 62zM56 60h177M69 41h172M87 82l35-62M132 82l30-62M178 82l25-62",
            stroke="var(--brand-5)", stroke_opacity=".75", stroke_width="2", fill="none",
        ),
        _draw(svg.rect, x="52", y="132", width="40", height="46", rx="4", fill="var(--sun)", opacity=".85"),
        _draw(svg.path, d="M72 132v46M52 155h40", stroke="var(--surface)", stroke_width="3"),
        _draw(svg.rect, x="124", y="134", width="44", height="88", rx="4", fill="var(--brand-8)"),
        _draw(svg.rect, x="196", y="132", width="34", height="46", rx="4", fill="var(--brand-4)"),
        transform="translate(262 596)",
    )  # fmt: skip
    trees = _draw(
        svg.g,
        _draw(svg.path, d="M120 812v-46", stroke="var(--brand-10)", stroke_width="8"),
        _draw(svg.ellipse, cx="120", cy="730", rx="38", ry="52"),
        _draw(svg.path, d="M190 812v-26", stroke="var(--brand-10)", stroke_width="7"),
        _draw(svg.ellipse, cx="190", cy="764", rx="24", ry="34", opacity=".85"),
        fill="var(--brand-9)",
    )
    return rx.el.div(
        svg(
            glow,
            sky_arc,
            _draw(svg.path, d="M-20 690q120-70 250-34t200-20 240-10v260H-20z", fill="var(--brand-6)"),
            _draw(svg.path, d="M-20 760q160-70 330-34t360-30v190H-20z", fill="var(--brand-7)"),
            house,
            _draw(svg.path, d="M-20 818q200-34 360-10t340-14v90H-20z", fill="var(--brand-8)"),
            trees,
            view_box="0 0 640 860",
            preserve_aspect_ratio="xMidYMax slice",
        ),
        aria_hidden="true",
        class_name="scene",
    )


def first_house() -> rx.Component:
    return svg(
        _draw(svg.circle, cx="66", cy="44", r="20", fill="var(--sun)"),
        _draw(svg.circle, cx="66", cy="44", r="34", fill="var(--sun)", opacity=".16"),
        _draw(svg.path, d="M10 76 66 34l56 42z", fill="var(--brand-9)"),
        _draw(svg.path, d="M44 66h44M54 57h24M66 48v28", stroke="var(--on-brand)", stroke_width="2", opacity=".55"),
        _draw(svg.path, d="M2 78h128", stroke="var(--brand-7)", stroke_width="2", stroke_linecap="round"),
        view_box="0 0 132 84",
        width="132",
        height="84",
        custom_attrs={"fill": "none"},
        aria_hidden="true",
    )


def sun_tick(size: int = 120) -> rx.Component:
    return svg(
        _draw(svg.circle, cx="60", cy="60", r="58", fill="var(--sun)", opacity=".16"),
        _draw(svg.circle, cx="60", cy="60", r="40", fill="var(--sun)"),
        _draw(svg.path, 
            d="m43 61 12 12 23-25", stroke="var(--on-sun)", stroke_width="6", stroke_linecap="round",
            stroke_linejoin="round",
        ),
        view_box="0 0 120 120",
        width=str(size),
        height=str(size),
        custom_attrs={"fill": "none"},
        aria_hidden="true",
    )  # fmt: skip


def sign_in_page(company_logo: rx.Component, *content: rx.Component | str | rx.Var) -> rx.Component:
    """The page before anybody is signed in: logo, scene, and the form with its foot in `content`."""
    return rx.el.div(
        rx.el.header(company_logo),
        sign_in_scene(),
        rx.el.main(*content, class_name="signin-pane", id="main"),
        class_name="signin",
    )


def sky() -> rx.Component:
    return rx.el.div(class_name="sky", aria_hidden="true")
