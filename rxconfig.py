"""Reflex configuration, taken from `portal_app.config`."""

import os

import reflex as rx
from reflex.constants.state import StateManagerMode

from portal_app.config import BUILD_URL, settings
from portal_app.ui.behind_vite import BehindVite
from portal_app.ui.plain_texts import PlainTexts

config = rx.Config(
    app_name="portal_app",
    api_url=BUILD_URL if os.getenv("PORTAL_BUILD") else settings.url,
    deploy_url=settings.url,
    cors_allowed_origins=list(settings.own_origins),
    plugins=[PlainTexts(), *([BehindVite(settings.backend_port)] if settings.backend_port else [])],
    disable_plugins=[rx.plugins.SitemapPlugin, rx.plugins.RadixThemesPlugin],
    frontend_lazy_bundled_libraries=True,
    show_built_with_reflex=False,
    telemetry_enabled=False,
    redis_url=settings.redis_url or None,
    trusted_proxy_hops=settings.trusted_proxies,
    state_manager_mode=StateManagerMode.REDIS if settings.redis_url else StateManagerMode.MEMORY,
)
