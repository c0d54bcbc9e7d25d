"""Starts the portal: migrates, fills the demonstration company, builds the pages when a source changed, serves.

In the end there is one kind of process, and Ctrl-C stops it: this program becomes the server.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
BUILT = ROOT / ".web" / "build" / "client"
FINGERPRINT = ROOT / ".web" / "fingerprint"
SOURCES = ("rxconfig.py", "portal_app/**/*.py", "portal_app/**/*.jsx", "portal_app/**/*.js", "portal_app/**/*.css",
           "portal_app/locales/**/*.po", "assets/*", "assets/fonts/*", "tools/*.py", "reflex.lock/*", "requirements.lock")
PYTHON = Path(sys.executable)


def say(text: str) -> None:
    print(text, flush=True)


class Step:
    """A line that says what is being done, and how long it took when it took long."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __enter__(self) -> None:
        self.began = time.monotonic()
        say(f"· {self.text} …")

    def __exit__(self, kind, *_) -> None:
        if kind is None and (took := time.monotonic() - self.began) >= 1:
            say(f"  done in {took:.0f} s")


def fingerprint() -> str:
    digest = hashlib.sha256(version("reflex").encode())
    for path in sorted({p for pattern in SOURCES for p in ROOT.glob(pattern) if p.is_file()}):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def environment(**more: str) -> dict[str, str]:
    """Node comes from the virtual environment; nothing is downloaded but the packages of the committed lock."""
    return {**os.environ, "PATH": f"{PYTHON.parent}{os.pathsep}{os.environ['PATH']}", "REFLEX_USE_NPM": "1",
            "REFLEX_TELEMETRY_ENABLED": "false", "REFLEX_CHECK_LATEST_VERSION": "false", **more}


def run(step: str, command: list[str | Path], **env: str) -> None:
    """Runs a program quietly; what it said is shown when it fails."""
    with Step(step):
        done = subprocess.run(command, cwd=ROOT, env=environment(**env), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            sys.exit(f"{done.stdout}\n{step}: failed ({' '.join(map(str, command[:3]))})")


def assets() -> None:
    """Files that are made from sources: the browser's texts and the style sheets."""
    run("Texts in four languages", [PYTHON, "tools/catalogues.py", "check"])
    subprocess.run([PYTHON, "tools/catalogues.py", "build"], cwd=ROOT, check=True)
    subprocess.run([PYTHON, "tools/styles.py", "build"], cwd=ROOT, check=True)


def build() -> None:
    if FINGERPRINT.exists() and FINGERPRINT.read_text() == fingerprint() and (BUILT / "404.html").exists():
        return
    FINGERPRINT.unlink(missing_ok=True)
    assets()
    run("Building the pages (about a minute the first time)",
        [PYTHON, "-m", "reflex", "export", "--frontend-only", "--no-zip"], PORTAL_BUILD="1")
    FINGERPRINT.write_text(fingerprint())


def migrate() -> None:
    from tools.migrate import migrate_to_head

    with Step("Database"):
        migrate_to_head()


def has_company() -> bool:
    """Asked without the models: bringing them in takes a second, which every start would take longer."""
    from sqlalchemy import text

    from portal_app.core.database import read_connection

    with read_connection() as connection:
        return connection.execute(text("SELECT 1 FROM company LIMIT 1")).first() is not None


def fill_demo() -> None:
    from portal_app.config import settings

    if settings.is_demo and not has_company():
        from portal_app.demo.company import fill

        with Step("Demonstration company"):
            fill()


def demand_company() -> None:
    """Outside the demonstration somebody begins the portal by hand; without a company no page has anything to say."""
    from portal_app.config import settings

    if not (settings.is_demo or has_company()):
        sys.exit("There is no company yet. Begin with: python tools/begin.py --help")


def demand_free_port() -> None:
    """The server shares its port with its workers, and so would with another portal: people would reach either."""
    from portal_app.config import settings

    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            sys.exit(f"port {settings.port} of {settings.host}: {error.strerror}. Another one: PORT=8100 make run")


def announce() -> None:
    from portal_app.config import settings

    say("")
    if settings.is_demo:
        from portal_app.demo.accounts import sign_in_guide

        say(sign_in_guide(settings.url))
    else:
        say(f"Customers: {settings.url}\nStaff:     {settings.url}/staff")
    say("\nCtrl-C stops it.")


def serve() -> None:
    from portal_app.config import settings

    os.chdir(ROOT)
    shutil.rmtree(ROOT / ".states", ignore_errors=True)
    environ = environment(__REFLEX_SKIP_COMPILE="1", __REFLEX_MOUNT_FRONTEND_COMPILED_APP="1", REFLEX_ENV_MODE="prod",
                          REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE=str(settings.event_max_bytes))
    arguments = [PYTHON, "-m", "granian", "--interface", "asgi", "--factory", "--host", settings.host, "--port",
                 str(settings.port), "--workers", str(settings.workers), "--log-level", "warning", "--no-access-log",
                 "--respawn-failed-workers", "portal_app.portal_app:app"]
    sys.stdout.flush()
    os.execve(PYTHON, [str(argument) for argument in arguments], environ)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build-only", action="store_true", help="build what changed and stop")
    given = parser.parse_args()
    if given.build_only:
        build()
    else:
        from portal_app.config import refuse_unsafe_values

        refuse_unsafe_values()
        demand_free_port()
        migrate()
        fill_demo()
        demand_company()
        build()
        announce()
        serve()
