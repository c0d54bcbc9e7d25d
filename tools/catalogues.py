"""Catalogues: `update` from the code, `check` for gaps, `build` the browser's files.

Texts of `t`, `tn` and `msg` go to the browser; those of `server_text` and `server_text_n` stay on the server. Each room has
a catalogue of its own, so that two people who work in two rooms do not meet in one file.
"""

import argparse
import hashlib
import json
import re
import shutil
import sys
from collections import defaultdict
from copy import deepcopy
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from page_texts import BROWSER_KEYWORDS, Ids, split_by_page, texts_of_files

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from portal_app.core import texts  # noqa: E402
from portal_app.core.texts import LANGUAGES, PLACEHOLDER, text_id  # noqa: E402

SOURCE = ROOT / "portal_app"
KEYWORDS = BROWSER_KEYWORDS | {"server_text": None}
PLURAL_RULE = re.compile(r"[n0-9\s()?:!=<>&|%]+")
DOORS = {"portal", "staff"}
STAFF_ROOMS = {"automations", "messaging", "notifications", "rehearsal", "webhooks"}  # rooms whose words only staff read


def room_of(path: str) -> str:
    """`staff/settings/flows/view.py` belongs to the catalogue `staff_settings`, `offers/rules.py` to `offers`."""
    parts = list(Path(path).parts)
    if parts[0] in DOORS and len(parts) > 2:
        return f"{parts[0]}_{parts[1]}"
    return parts[0].removesuffix(".py")


def texts_in_code() -> dict[str, Catalog]:
    """Catalogue by room, with every text that the code says."""
    found: dict[str, Catalog] = defaultdict(Catalog)
    for name, _line, message, comments, _ in extract_from_dir(SOURCE, keywords=KEYWORDS, method_map=[("**.py", "python")]):
        if message and (isinstance(message, str) or all(message)):
            found[room_of(name)].add(message, auto_comments=comments)
    return found


def path_of(language: str, room: str) -> Path:
    return texts.LOCALES / language / f"{room}.po"


def read(language: str, room: str) -> Catalog:
    path = path_of(language, room)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def ids_of(message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, tuple | list) else (message.id,)


def strings_of(message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)


def update() -> None:
    """Writes every text of the code into its room's catalogue; what another room has translated is taken over."""
    rooms = texts_in_code()
    for language in LANGUAGES:
        known: dict[tuple[str, ...], object] = {}
        for path in texts.catalogue_files(language):
            with path.open("rb") as file:
                for message in read_po(file, locale=language):
                    if message.id and all(strings_of(message)):
                        known.setdefault(ids_of(message), message.string)
            if path.stem not in rooms:
                path.unlink()
        for room, template in rooms.items():
            catalogue = read(language, room)
            # A copy: babel puts the template's own messages into the catalogue, and one language would leak into the next.
            catalogue.update(deepcopy(template), no_fuzzy_matching=True)
            for message in catalogue:
                if message.id and not all(strings_of(message)) and ids_of(message) in known:
                    message.string = known[ids_of(message)]  # pyright: ignore[reportAttributeAccessIssue]
            path_of(language, room).parent.mkdir(parents=True, exist_ok=True)
            with path_of(language, room).open("wb") as file:
                write_po(file, catalogue, width=118, omit_header=True, no_location=True, ignore_obsolete=True,
                         sort_output=True)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _problem(language: str, ids: tuple[str, ...], translated, plurals: int) -> str:
    if translated is None:
        return "is not in the catalogue"
    strings = strings_of(translated)
    if language == "en" and not any(strings):
        return ""
    if not all(strings):
        return "is not translated"
    if translated.fuzzy:
        return "is marked fuzzy"
    if len(ids) == 2 and len(strings) != plurals:
        return f"needs {plurals} plural forms"
    wanted = set().union(*map(placeholders, ids))
    for string in strings:
        if placeholders(string) - wanted or wanted - placeholders(string) - {"n"}:
            return f"has placeholders {sorted(placeholders(string))} instead of {sorted(wanted)}"
    return ""


def problems() -> list[str]:
    """A line for each text that is missing, empty, doubtful, left over, or said in two ways by two rooms."""
    rooms, found = texts_in_code(), []
    for language in LANGUAGES:
        said: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {}
        for room, template in rooms.items():
            catalogue = read(language, room)
            for message in template:
                if not message.id:
                    continue
                ids = ids_of(message)
                translated = catalogue.get(ids[0])
                where = f"{language}/{room}: {ids[0]!r}"
                problem = _problem(language, ids, translated, catalogue.num_plurals)
                if problem:
                    found.append(f"{where} {problem}")
                    continue
                strings = strings_of(translated)
                other, before = said.setdefault(ids, (room, strings))
                if before != strings:
                    found.append(f"{where} is said differently in {other}")
            found += [f"{language}/{room}: {message.id!r} is no longer in the code" for message in catalogue
                      if message.id and template.get(ids_of(message)[0]) is None]
        found += [f"{language}/{path.name} belongs to no room" for path in texts.catalogue_files(language)
                  if path.stem not in rooms]
    return found


def spoken_texts(language: str) -> tuple[dict[str, object], dict[str, object]]:
    """What pages say in a language by id: everybody's, and what only pages of staff say."""
    everybodys: dict[str, object] = {}
    of_staff: dict[str, object] = {}
    rooms: dict[str, set[Ids]] = defaultdict(set)
    for path, said in texts_of_files().items():
        rooms[room_of(str(path.relative_to(SOURCE)))] |= said
    for room, texts_said in rooms.items():
        catalogue = read(language, room)
        spoken = of_staff if room.partition("_")[0] == "staff" or room in STAFF_ROOMS else everybodys
        for ids in texts_said:
            own = catalogue.get(ids[0])
            strings = strings_of(own) if own is not None else ("",)
            said = strings if all(strings) else ids
            spoken[text_id(*ids)] = list(said) if len(ids) == 2 else said[0]
    return everybodys, {key: text for key, text in of_staff.items() if key not in everybodys}


def _script(language: str, spoken: dict[str, object]) -> str:
    """Files may come in any order, before and after the program that takes them (`portal_app/ui/i18n.jsx`)."""
    rule = Catalog(locale=language).plural_expr
    if not PLURAL_RULE.fullmatch(rule):
        raise SystemExit(f"{language}: unexpected plural rule {rule!r}")
    body = json.dumps(spoken, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f'(window.portalTexts??=[]).push(["{language}",n=>{rule},{body}]);'


def scripts(language: str) -> dict[str, str]:
    """Files of a language by name: the frame of each door, each page's own texts, and all that each door may say.

    Pages of staff may say what everybody's pages say: their `all` has only what those have not.
    """
    everybodys, of_staff = spoken_texts(language)
    files: dict[str, dict[str, object]] = {"all/portal": everybodys, "all/staff": of_staff}
    for name, texts_said in split_by_page().items():
        door = everybodys | of_staff if name.split("/")[1] == "staff" else everybodys
        files[name] = {key: door[key] for key in (text_id(*ids) for ids in texts_said) if key in door}
    return {f"{language}/{name}": _script(language, spoken) for name, spoken in files.items()}


# Loaded first by every page. Where the server has not chosen the language (two ports in development) it does.
START = r"""(() => {
  const root = document.documentElement;
  if (root.dataset.texts) return;
  const chosen = /(?:^|; )language=(\w\w)/.exec(document.cookie)?.[1];
  const wanted = [chosen, ...navigator.languages.map((tag) => tag.slice(0, 2)), "en"];
  root.lang = wanted.find((tag) => %(languages)s.includes(tag));
  root.dataset.texts = "/texts/%(version)s";
  for (const door of ["portal", "staff"])
    document.write(`<script src="${root.dataset.texts}/${root.lang}/all/${door}.js"><\/script>`);
})();
"""


def build(folder: Path) -> None:
    """Writes the files below a folder that is named by what they say, so that browsers may keep them for good."""
    shutil.rmtree(folder, ignore_errors=True)
    files = {name: script for language in LANGUAGES for name, script in scripts(language).items()}
    version = hashlib.sha256("".join(files.values()).encode()).hexdigest()[:10]
    for name, script in files.items():
        path = folder / version / f"{name}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script, encoding="utf-8")
    (folder / "start.js").write_text(START % {"languages": json.dumps(LANGUAGES), "version": version}, encoding="utf-8")
    (folder / "version").write_text(version, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["update", "check", "build"])
    what = parser.parse_args().what
    if what == "update":
        update()
    elif what == "build":
        build(ROOT / "assets" / "texts")
    elif gaps := problems():
        print("\n".join(gaps))
        raise SystemExit(1)
