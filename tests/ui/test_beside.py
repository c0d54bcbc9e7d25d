"""Scripts beside their Python are found as Reflex finds them."""

import pytest

from portal_app.ui.beside import beside

SCRIPT = "beside_test.jsx"


def test_it_gives_what_reflex_gives(tmp_path, monkeypatch):
    module = tmp_path / "asking.py"
    module.write_text(f"import reflex as rx\nfound = rx.asset({SCRIPT!r}, shared=True)\n")
    (tmp_path / SCRIPT).write_text("export const a = 1;\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    import asking  # pyright: ignore[reportMissingImports]

    ours = beside("asking", str(module), SCRIPT)
    assert (ours, ours.importable_path) == (asking.found, asking.found.importable_path)
    assert (tmp_path / "assets" / "external" / "asking" / SCRIPT).read_text() == "export const a = 1;\n"


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        beside("asking", str(tmp_path / "asking.py"), "missing.jsx")
