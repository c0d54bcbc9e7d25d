"""In development Vite serves the pages and passes on what is none, so that there is one address as in production."""

from __future__ import annotations

import json

from reflex_base.plugins.base import Plugin

VITE_CONFIG = "vite.config.js"
SERVER = "  server: {\n"
NO_PAGES = r"^/(?:_event|(?:api|access|confirm|imagery|company|demo|mailbox)/.|healthz|brand\.css|company\.js)"
# Pages are only read; what is written is for the backend, whatever its address.
PROXY = """    proxy: {
      %(paths)s: { target: %(backend)s, ws: true },
      "^/": { target: %(backend)s, bypass: (request) => (/^(GET|HEAD)$/.test(request.method) ? request.url : undefined) },
    },
"""


class BehindVite(Plugin):
    def __init__(self, backend_port: int) -> None:
        self.proxy = PROXY % {"paths": json.dumps(NO_PAGES), "backend": json.dumps(f"http://localhost:{backend_port}")}

    def pre_compile(self, **context) -> None:
        context["add_modify_task"](VITE_CONFIG, self._with_proxy)

    def _with_proxy(self, config: str) -> str:
        if "proxy:" in config:
            return config
        if SERVER not in config:
            raise RuntimeError(f"{VITE_CONFIG} has no server to give a proxy to")
        return config.replace(SERVER, SERVER + self.proxy, 1)
