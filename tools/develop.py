"""Development: pages and server are reloaded on every change. Frontend and backend use two ports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from serve import PYTHON, ROOT, announce, assets, environment, fill_demo, migrate

if __name__ == "__main__":
    port = int(os.getenv("PORTAL_PORT", "8000"))
    os.environ["PORTAL_BACKEND_PORT"] = str(port + 1)
    migrate()
    fill_demo()
    assets()
    announce()
    command = [str(PYTHON), "-m", "reflex", "run", "--frontend-port", str(port), "--backend-port", str(port + 1)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        sys.exit(process.wait())
    except KeyboardInterrupt:
        pass
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # Reflex may leave node behind when only its parent is told
        process.wait()
