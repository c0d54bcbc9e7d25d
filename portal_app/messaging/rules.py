"""What staff write in a template, read and turned into mail.

A body is plain text with a few marks: `# heading`, `- item`, `> small print`, `**bold**`, `[text](address)`, and
variables between bars, `|client_name|`. A line with nothing but a link is the button, a line with nothing but a secret
code is the code in large digits.

The template is read before any value is put in: values fill the leaves of what was read, escaped, in one pass. So no
value can become markup, a link or another variable.
"""

from __future__ import annotations

import html
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as value
from functools import lru_cache
from typing import Literal, NamedTuple

from ..core.errors import Values
from ..core.texts import msg
from .variables import NEEDED_BY_USE, VARIABLES, VARIABLES_BY_USE, Trust

LONGEST_SUBJECT = 200
LONGEST_BODY = 10_000


class BarTemplate(string.Template):
    """`|name|` stands for a value; a bar alone is a bar."""

    delimiter = "|"
    pattern = r"""
        (?P<escaped>(?!))
        | \|(?P<named>[^|\s]{1,60})\|
        | (?P<braced>(?!))
        | (?P<invalid>(?!))
    """  # pyright: ignore[reportAssignmentType]


@dataclass(frozen=True, slots=True)
class Inline:
    """A run of text, maybe bold, maybe a link."""

    text: str
    is_bold: bool = False
    target: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    kind: Literal["heading", "paragraph", "list", "small", "button", "code"]
    lines: tuple[tuple[Inline, ...], ...] = ()
    target: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a template cannot be saved: a catalogue text with its values, and where it belongs."""

    field: Literal["subject", "body"]
    text: str
    values: Values = value(default_factory=dict)


UNKNOWN = msg("There is no variable |{name}| here (line {line}, character {column}).")
SECRET_SUBJECT = msg("|{name}| is secret and must not stand in a subject: it shows on locked screens.")
LINK_NOT_TARGET = msg("|{name}| cannot be the address of a link.")
BAD_TARGET = msg("The address of a link begins with https:// or is a variable: {target}")
SECOND_BUTTON = msg("A mail has one button. Please make the second one a link within a sentence.")
NEEDED = msg("This mail needs |{name}|; without it nobody could do anything with it.")
EMPTY_SUBJECT = msg("Please write a subject.")
EMPTY_BODY = msg("Please write a text.")
TOO_LONG = msg("This is too long. At most {max_length} characters fit.")

_INLINE = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<label>[^\]\n]+)\]\((?P<target>[^()\s]+)\)")
_ONLY_LINK = re.compile(r"\[(?P<label>[^\]\n]+)\]\((?P<target>[^()\s]+)\)")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"'|]+")
_NAMED = re.compile(r"\|([^|\s]{1,60})\|")
_TABLE = '<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%"'
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def names_in(text: str) -> list[tuple[str, int]]:
    """Names between bars with their position."""
    return [(match["named"], match.start()) for match in BarTemplate.pattern.finditer(text) if match["named"]]  # pyright: ignore


@lru_cache(maxsize=1000)
def variables_used(subject: str, body: str) -> frozenset[str]:
    return frozenset(name for text in (subject, body) for name, _ in names_in(text))


def is_secret(subject: str, body: str) -> bool:
    """Whether a mail from this template carries something that opens the portal."""
    return any(name in VARIABLES and VARIABLES[name].is_secret for name in variables_used(subject, body))


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _inlines(line: str) -> tuple[Inline, ...]:
    found, end = [], 0
    for match in _INLINE.finditer(line):
        if match.start() > end:
            found.append(Inline(line[end:match.start()]))
        if match["bold"] is not None:
            found.append(Inline(match["bold"], is_bold=True))
        else:
            found.append(Inline(match["label"], target=match["target"]))
        end = match.end()
    if end < len(line):
        found.append(Inline(line[end:]))
    return tuple(found)


def _kind_of(line: str) -> str:
    if line.startswith("# "):
        return "heading"
    if line.startswith("- "):
        return "list"
    if line.startswith("> "):
        return "small"
    if _ONLY_LINK.fullmatch(line):
        return "button"
    named = _NAMED.fullmatch(line)
    if named and named[1] in VARIABLES and VARIABLES[named[1]].trust is Trust.SECRET:
        return "code"
    return "paragraph"


@lru_cache(maxsize=200)  # a template is read for each of its mails, as HTML and as plain text
def read_body(body: str) -> tuple[Block, ...]:
    """The blocks of a body. Every text is a body; what is no mark is a letter."""
    blocks: list[Block] = []
    is_new = True
    for raw in body.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = raw.strip()
        if not line:
            is_new = True
            continue
        kind = _kind_of(line)
        if kind == "button":
            match = _ONLY_LINK.fullmatch(line)
            assert match
            blocks.append(Block("button", ((Inline(match["label"]),),), match["target"]))
        elif kind in ("heading", "code"):
            text = line[2:] if kind == "heading" else line
            blocks.append(Block(kind, (_inlines(text),)))  # pyright: ignore[reportArgumentType]
        else:
            content = _inlines(line[2:].strip() if kind in ("list", "small") else line)
            last = blocks[-1] if blocks else None
            if last and last.kind == kind and not is_new:
                blocks[-1] = Block(last.kind, (*last.lines, content))
            else:
                blocks.append(Block(kind, (content,)))  # pyright: ignore[reportArgumentType]
        is_new = False
    return tuple(blocks)


def _targets(blocks: Sequence[Block]) -> list[str]:
    within = [inline.target for block in blocks for line in block.lines for inline in line if inline.target]
    return within + [block.target for block in blocks if block.target]


def _place(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _unknown(part: Literal["subject", "body"], text: str, use: str) -> list[Problem]:
    known = VARIABLES_BY_USE.get(use, ())
    found = []
    for name, position in names_in(text):
        if name not in known:
            line, column = _place(text, position)
            found.append(Problem(part, UNKNOWN, {"name": name, "line": line, "column": column}))
    return found


def _target_problem(target: str) -> Problem | None:
    named = _NAMED.fullmatch(target)
    if named is None:
        return None if _ADDRESS.fullmatch(target) else Problem("body", BAD_TARGET, {"target": target[:80]})
    variable = VARIABLES.get(named[1])
    if variable is None or variable.trust is Trust.LINK:  # an unknown one is told by name already
        return None
    return Problem("body", LINK_NOT_TARGET, {"name": variable.name})


def problems_of(subject: str, body: str, use: str) -> list[Problem]:
    """Everything that keeps a template from being saved for this use; empty when it is good."""
    found: list[Problem] = []
    if not subject.strip():
        found.append(Problem("subject", EMPTY_SUBJECT))
    if not body.strip():
        found.append(Problem("body", EMPTY_BODY))
    if len(subject) > LONGEST_SUBJECT:
        found.append(Problem("subject", TOO_LONG, {"max_length": LONGEST_SUBJECT}))
    if len(body) > LONGEST_BODY:
        return [*found, Problem("body", TOO_LONG, {"max_length": LONGEST_BODY})]
    needed = NEEDED_BY_USE.get(use)
    if needed and body.strip() and needed not in variables_used("", body):
        found.append(Problem("body", NEEDED, {"name": needed}))
    found += _unknown("subject", subject, use) + _unknown("body", body, use)
    found += [Problem("subject", SECRET_SUBJECT, {"name": name}) for name, _ in names_in(subject)
              if name in VARIABLES and VARIABLES[name].is_secret]
    blocks = read_body(body)
    found += [problem for target in _targets(blocks) if (problem := _target_problem(target))]
    if sum(block.kind == "button" for block in blocks) > 1:
        found.append(Problem("body", SECOND_BUTTON))
    return found


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _fill(text: str, values: Mapping[str, str]) -> str:
    return BarTemplate(text).safe_substitute(values)


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


def write_subject(subject: str, values: Mapping[str, str]) -> str:
    """One line, whatever the values hold: a header cannot be broken open."""
    return _one_line(_fill(_one_line(subject), {name: _one_line(value) for name, value in values.items()}))[:300]


def _address(target: str, values: Mapping[str, str]) -> str:
    """Where a link leads: what staff wrote or the value of a link variable; nothing else is ever followed."""
    named = _NAMED.fullmatch(target)
    if named is not None:
        variable = VARIABLES.get(named[1])
        target = values.get(named[1], "") if variable and variable.trust is Trust.LINK else ""
    return target if _ADDRESS.fullmatch(target) else ""


class _Values(NamedTuple):
    """What is filled in: as it came, for addresses, and as it may stand in a text."""

    raw: Mapping[str, str]
    written: Mapping[str, str]


def _html_inline(inline: Inline, values: _Values, style: Mapping[str, str]) -> str:
    text = _fill(html.escape(inline.text), values.written)
    if inline.is_bold:
        return f"<strong{style.get('bold', '')}>{text}</strong>"
    address = _address(inline.target, values.raw)
    return f'<a href="{html.escape(address)}"{style.get("link", "")}>{text}</a>' if address else text


def _html_line(line: tuple[Inline, ...], values: _Values, style: Mapping[str, str]) -> str:
    return "".join(_html_inline(inline, values, style) for inline in line)


def _html_button(block: Block, values: _Values, style: Mapping[str, str]) -> str:
    label, address = _html_line(block.lines[0], values, {}), _address(block.target, values.raw)
    if not address:
        return f"<p{style.get('paragraph', '')}>{label}</p>"
    return (f"{_TABLE}{style.get('button', '')}>"
            f'<tr><td{style.get("button_cell", "")}>'
            f'<a href="{html.escape(address)}"{style.get("button_link", "")}>{label}</a></td></tr></table>')


def write_html(body: str, values: Mapping[str, str], style: Mapping[str, str]) -> str:
    """The body as HTML. `style` gives trusted attributes for each kind of element."""
    written = []
    filled = _Values(values, {name: html.escape(_one_line(value)) for name, value in values.items()})
    for block in read_body(body):
        lines = [_html_line(line, filled, style) for line in block.lines]
        if block.kind == "heading":
            written.append(f"<h1{style.get('heading', '')}>{lines[0]}</h1>")
        elif block.kind == "list":
            items = "".join(f"<li{style.get('item', '')}>{line}</li>" for line in lines)
            written.append(f"<ul{style.get('list', '')}>{items}</ul>")
        elif block.kind == "button":
            written.append(_html_button(block, filled, style))
        elif block.kind == "code":
            written.append(f"{_TABLE}{style.get('code', '')}><tr><td{style.get('code_cell', '')}>"
                           f"<p{style.get('code_text', '')}>{lines[0]}</p></td></tr></table>")
        else:
            written.append(f"<p{style.get(block.kind, '')}>{'<br>'.join(lines)}</p>")
    return "".join(written)


def _plain_inline(inline: Inline, values: _Values) -> str:
    text = _fill(inline.text, values.written)
    address = _address(inline.target, values.raw)
    return f"{text} ({address})" if address and address != text else text


def write_plain(body: str, values: Mapping[str, str]) -> str:
    """The body for readers without HTML."""
    written = []
    filled = _Values(values, {name: _one_line(value) for name, value in values.items()})
    for block in read_body(body):
        lines = ["".join(_plain_inline(inline, filled) for inline in line) for line in block.lines]
        if block.kind == "list":
            written.append("\n".join(f"- {line}" for line in lines))
        elif block.kind == "button":
            address = _address(block.target, values)
            written.append(f"{lines[0]}:\n{address}" if address else lines[0])
        else:
            written.append("\n".join(lines))
    return "\n\n".join(written)


def first_words(body: str, values: Mapping[str, str], longest: int = 120) -> str:
    """What mail programs show beside the subject: the first paragraph, never a secret."""
    shown = {name: "" if name in VARIABLES and VARIABLES[name].is_secret else value for name, value in values.items()}
    for block in read_body(body):
        if block.kind == "paragraph":
            words = " ".join("".join(_fill(inline.text, shown) for inline in line) for line in block.lines)
            return _one_line(words)[:longest]
    return ""


# ── when to try again ─────────────────────────────────────────────────────────────────────────────────────────────

FIRST_WAIT_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 3600.0
MOST_ATTEMPTS = 20


def wait_seconds(attempts: int, jitter: float, asked: float = 0.0) -> float:
    """How long after `attempts` failures the next one follows; `jitter` in [0, 1) keeps workers out of step."""
    doubled = min(FIRST_WAIT_SECONDS * 2.0 ** min(max(attempts - 1, 0), 20), LONGEST_WAIT_SECONDS)
    return max(doubled * (0.5 + jitter / 2), min(asked, LONGEST_WAIT_SECONDS))
