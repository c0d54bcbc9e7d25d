"""The leanest page that Reflex builds, made and served as the portal is: what the portal's pages are measured against."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from serving import ROOT, Server, environment, free_port

APP = """
import reflex as rx

app = rx.App(toaster=None)
app.add_page(lambda: rx.el.div("Blank"), "/", title="Blank")
"""
CONFIG = """
import reflex as rx
from reflex.constants.state import StateManagerMode

config = rx.Config(
    app_name="blank",
    api_url="http://localhost:{port}",
    deploy_url="http://localhost:{port}",
    plugins=[],
    disable_plugins=[rx.plugins.SitemapPlugin, rx.plugins.RadixThemesPlugin],
    frontend_lazy_bundled_libraries=True,
    frontend_compression_formats={formats!r},
    show_built_with_reflex=False,
    telemetry_enabled=False,
    state_manager_mode=StateManagerMode.MEMORY,
)
"""


def _compression_of_portal() -> list[str]:
    """As the portal has it, so that the comparison is of pages and not of packers."""
    code = "import sys; sys.path.insert(0, '.'); from rxconfig import config; print(*config.frontend_compression_formats)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()


def build_blank_page(folder: Path) -> Server:
    """Builds it below `folder`; the npm packages are the portal's, by the same lock."""
    port = free_port()
    (folder / "blank").mkdir()
    (folder / "blank" / "__init__.py").touch()
    (folder / "blank" / "blank.py").write_text(APP)
    (folder / "rxconfig.py").write_text(CONFIG.format(port=port, formats=_compression_of_portal()))
    shutil.copytree(ROOT / "reflex.lock", folder / "reflex.lock")
    env = environment(folder, PATH=_path(), REFLEX_USE_NPM="1", REFLEX_TELEMETRY_ENABLED="false",
                      REFLEX_CHECK_LATEST_VERSION="false")
    done = subprocess.run([sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"], cwd=folder, env=env,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    if done.returncode:
        sys.exit(f"the blank page was not built:\n{done.stdout[-3000:]}")
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--host", "127.0.0.1", "--port",
               str(port), "--workers", "1", "--log-level", "warning", "--no-access-log", "blank.blank:app"]
    return Server(folder, command, cwd=folder, health="/", PORTAL_PORT=str(port), PATH=_path(), __REFLEX_SKIP_COMPILE="1",
                  __REFLEX_MOUNT_FRONTEND_COMPILED_APP="1", REFLEX_ENV_MODE="prod")


def _path() -> str:
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
