"""A field while it is written: flat, text by name, so that two people's changes come together as in the flow editor.

`label.en`, `help.de`, `group_name.it`, `limit.max_length`, `options`. Options are one text (see `options_text`), since
they are one list in order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ....core.drafts import Draft, listed, written
from ....core.texts import LANGUAGES
from ....flows.fields import LIMITS_OF_KIND, FieldKind, FieldSpec, Option
from .schemas import OptionRow

LABEL, HELP, GROUP, LIMIT, OPTIONS = "label", "help", "group_name", "limit", "options"
LIMITS = tuple(sorted({name for names in LIMITS_OF_KIND.values() for name in names}))


def options_text(options: Iterable[OptionRow]) -> str:
    """Options as one text, the same for the same options."""
    return written((row.key, json.dumps({
        "label": {language: row.label[language].strip() for language in LANGUAGES if row.label.get(language, "").strip()},
        "is_retired": row.is_retired}, ensure_ascii=False)) for row in options)


def options_of(text: str) -> list[OptionRow]:
    """The options of such a text; it may have been in a browser, so whatever is none is left out."""
    try:
        return [OptionRow(key=option.key, is_retired=option.is_retired,
                          label={language: option.label.get(language, "") for language in LANGUAGES})
                for option in (Option.model_validate({"key": key, **json.loads(entry)})
                               for key, entry in listed(text).items())]
    except (ValueError, TypeError):
        return []


def limit_texts(limits: Mapping[str, Any]) -> dict[str, str]:
    """Limits as they stand in the form's controls."""
    texts = {}
    for name in LIMITS:
        value = limits.get(name)
        if isinstance(value, list | tuple):
            texts[name] = " ".join(value)
        else:
            texts[name] = "" if value is None else str(value)
    return texts


def draft_of(spec: FieldSpec) -> Draft:
    texts = {f"{part}.{language}": given.get(language, "")
             for part, given in ((LABEL, spec.label), (HELP, spec.help), (GROUP, spec.group_name))
             for language in LANGUAGES}
    limits = limit_texts(spec.limits.model_dump())
    rows = [OptionRow(key=option.key, label=dict(option.label), is_retired=option.is_retired) for option in spec.options]
    return {**texts, **{f"{LIMIT}.{name}": text for name, text in limits.items()}, OPTIONS: options_text(rows)}


def texts_of(draft: Mapping[str, str], part: str) -> dict[str, str]:
    return {language: draft.get(f"{part}.{language}", "") for language in LANGUAGES}


def entries_of(draft: Mapping[str, str], kind: FieldKind) -> dict[str, Any]:
    """What the service's form parses: only the limits that the kind knows, those that are written."""
    limits: dict[str, Any] = {name: draft[f"{LIMIT}.{name}"].strip() for name in LIMITS_OF_KIND[kind]
                              if draft.get(f"{LIMIT}.{name}", "").strip()}
    if "file_types" in limits:
        limits["file_types"] = limits["file_types"].split()
    options = [{"key": row.key, "label": {language: text for language, text in row.label.items() if text}}
               for row in options_of(draft.get(OPTIONS, "")) if not row.is_retired]
    return {"kind": kind.value, LABEL: texts_of(draft, LABEL), HELP: texts_of(draft, HELP), GROUP: texts_of(draft, GROUP),
            "limits": limits, OPTIONS: options}
