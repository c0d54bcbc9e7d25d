"""Composition root: builds the application; registers pages, routes, middleware and background tasks."""

from __future__ import annotations

import asyncio
import contextlib

import reflex as rx
from reflex.state import FrontendEventExceptionState
from reflex_components_core.base.error_boundary import ErrorBoundary

from . import rooms
from .access.desk import keep_desk
from .api import api
from .automations.planned import run_forever
from .config import refuse_unsafe_values, settings
from .core import logs, memory
from .core.database import keep_log_short
from .demo import imagery_routes
from .demo.places import demo_addresses
from .documents.quarantine import scan_forever
from .documents.sweep import sweep_forever
from .front import Front
from .messaging.delivery import deliver_forever
from .pages import pages
from .roofs.geocoding import DemoIndex
from .roofs.search import use_geocoder
from .ui.gate import Gate, close_revoked_sockets
from .ui.live import follow_changes
from .ui.shell import ErrorFocus, OncePressed, RouteFocus, connection_banner, error_page
from .ui.shell_state import tell_of_exception
from .webhooks.delivery import deliver_forever as call_forever

refuse_unsafe_values()
logs.configure()
rooms.listen()
if settings.is_demo:
    api.include_router(imagery_routes.router)
    if settings.geocoder == "demo":
        use_geocoder(DemoIndex(demo_addresses()))

# Reflex's reload-on-error runs a script by eval, which the content security policy forbids.
FrontendEventExceptionState.auto_reload_on_errors = []

app = rx.App(
    toaster=None,
    backend_exception_handler=tell_of_exception,
    head_components=[
        rx.el.link(rel="stylesheet", href="/styles/customer.css"),
        rx.el.link(rel="stylesheet", href="/brand.css"),
        rx.el.link(rel="icon", href="/company/mark", type="image/svg+xml"),
        rx.el.script(src="/company.js"),
        rx.el.script(src="/texts/start.js"),
    ],
    app_wraps={
        (55, "ErrorBoundary"): lambda stateful: ErrorBoundary.create(fallback_render=rx.Var.create(error_page())),
        (5, "Overlay"): lambda stateful: rx.fragment(RouteFocus.create(), ErrorFocus.create(), OncePressed.create(),
                                                     connection_banner()),
    },
    api_transformer=[api, Front],
)
if settings.is_demo:
    from .demo.routes import router as demo

    api.include_router(demo)
for page in pages():
    app.add_page(page.with_words(), page.route, title=page.title, on_load=page.on_load)
app.add_middleware(Gate())


@contextlib.asynccontextmanager
async def background():
    """Per worker: closes sockets whose session ended, tells open pages what changed, makes codes that were asked for,
    delivers mail and webhooks, runs planned actions, tidies up."""
    memory.settle()
    works = (close_revoked_sockets(app), follow_changes(app), keep_desk(), deliver_forever(),
             call_forever(), run_forever(), scan_forever(), sweep_forever(), memory.collect_now_and_then(),
             keep_log_short())
    tasks = [asyncio.create_task(work) for work in works]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


app.register_lifespan_task(background)
