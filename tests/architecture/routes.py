"""Every HTTP route of the portal, whichever router brought it."""

from __future__ import annotations

import warnings

from fastapi.openapi.utils import get_openapi


def all_routes() -> list[tuple[str, str]]:
    """(method, path) of each, in order."""
    import portal_app.portal_app  # noqa: F401
    from portal_app.api import api

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GET and HEAD of one function share an operation's id, which nobody reads
        paths = get_openapi(title="-", version="-", routes=api.routes)["paths"]
    return sorted((method.upper(), path) for path, methods in paths.items() for method in methods)
