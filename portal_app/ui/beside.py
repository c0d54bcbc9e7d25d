"""Scripts that lie beside the Python that uses them: what `rx.asset(name, shared=True)` gives.

`rx.asset` finds out who calls by reading the source of every frame of the stack, which took a second of each start.
"""

from __future__ import annotations

from pathlib import Path

from reflex import constants
from reflex.assets import AssetPathStr, _link_shared_asset, _versioned_asset_path
from reflex_base.environment import EnvironmentVariables


def beside(module: str, file: str, name: str) -> AssetPathStr:
    """The file `name` beside `file` (call it with `__name__, __file__`), linked to where the build finds it."""
    source, folder = Path(file).parent / name, module.replace(".", "/")
    if not source.exists():
        raise FileNotFoundError(source)
    if not EnvironmentVariables.REFLEX_BACKEND_ONLY.get():
        linked = Path.cwd() / constants.Dirs.APP_ASSETS / constants.Dirs.EXTERNAL_APP_ASSETS / folder
        linked.mkdir(parents=True, exist_ok=True)
        _link_shared_asset(linked / name, source)
    return _versioned_asset_path(f"/{constants.Dirs.EXTERNAL_APP_ASSETS}/{folder}/{name}", source)
