"""Deployment settings: everything that is decided where the portal is installed, read from the environment.

What a company decides in the browser (logo, texts, link times) is not here but in `portal_app.company`.
"""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[1]

# Stands in the built pages; the front writes the real address there, so one build serves any address.
BUILD_URL = "http://portal.invalid"
DEFAULT_SECRET = "only for trying it out"


class Settings(BaseSettings):
    """Every field is an environment variable `PORTAL_<NAME>`; README lists them with their meaning."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", extra="ignore", frozen=False)

    environment: Literal["demo", "production"] = "demo"
    public_url: str = ""
    port: int = 8000
    host: str = "127.0.0.1"
    workers: int = 1
    data_folder: Path = ROOT / "data"
    database_url: str = ""
    redis_url: str = ""
    secret: str = DEFAULT_SECRET
    secret_previous: str = ""  # with commas; what is sealed under them is read, and sealed anew
    extra_origins: str = ""
    trusted_proxies: int = 0

    mail_sender: Literal["mailbox", "smtp", "resend"] = "mailbox"
    mail_from: str = "portal@example.com"
    resend_api_key: str = ""
    resend_url: str = "https://api.resend.com"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = True

    geocoder: Literal["demo", "photon", "nominatim"] = "demo"
    geocoder_url: str = ""
    imagery: str = "demo"  # ids of roofs.imagery.PROVIDERS in order, with commas
    imagery_key: str = ""

    file_store: Literal["folder", "s3"] = "folder"
    s3_bucket: str = ""
    s3_region: str = ""
    s3_endpoint: str = ""  # empty for Amazon's own
    s3_access_key: str = ""
    s3_secret_key: str = ""
    s3_prefix: str = ""
    virus_scanner: str = ""  # a clamd: "host:port" or "unix:/path/to/socket"
    webhook_test_networks: str = ""  # private networks that webhooks may call over http all the same, with commas

    demo_reset: bool = False
    events_per_second: float = 20.0
    event_burst: int = 80
    event_max_bytes: int = 256 * 1024
    sockets_per_address: int = 60
    requests_per_minute: int = 1200
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    backend_port: int = Field(default=0, description="only in development, where Vite serves the pages")

    @property
    def url(self) -> str:
        """The address that people use, without a trailing slash."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @cached_property
    def own_origins(self) -> tuple[str, ...]:
        extra = [origin.strip().rstrip("/") for origin in self.extra_origins.split(",") if origin.strip()]
        return tuple(dict.fromkeys((self.url, *extra)))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The deployment's secret, and those before it."""
        return (self.secret, *(part.strip() for part in self.secret_previous.split(",") if part.strip()))

    @property
    def imagery_providers(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.imagery.split(",") if name.strip())

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https://")

    @property
    def is_demo(self) -> bool:
        return self.environment == "demo"

    @property
    def has_mailbox(self) -> bool:
        return self.mail_sender == "mailbox"

    @property
    def session_cookie(self) -> str:
        return "__Host-session" if self.is_https else "session"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_folder / 'portal.db'}"

    @property
    def files_folder(self) -> Path:
        return self.data_folder / "files"

    def unsafe_values(self) -> list[str]:
        """One clear line for each value that may not be used in production."""
        if self.environment != "production":
            return []
        found = []
        if self.secret == DEFAULT_SECRET or len(self.secret) < 32:
            found.append("PORTAL_SECRET must be set to at least 32 random characters")
        if self.secret in self.secrets[1:]:
            found.append("PORTAL_SECRET_PREVIOUS must hold the secrets before PORTAL_SECRET, not the same again")
        if not self.public_url:
            found.append("PORTAL_PUBLIC_URL must be set to the address that customers use")
        elif not self.is_https:
            found.append("PORTAL_PUBLIC_URL must begin with https://")
        if "*" in self.extra_origins:
            found.append("PORTAL_EXTRA_ORIGINS must name each origin: * would open the portal to every site")
        if self.has_mailbox:
            found.append("PORTAL_MAIL_SENDER must be smtp or resend: the demo mailbox shows every mail to everybody")
        if self.mail_sender == "resend" and not self.resend_api_key:
            found.append("PORTAL_RESEND_API_KEY must be set when mail goes out through Resend")
        if self.mail_sender == "smtp" and not self.smtp_host:
            found.append("PORTAL_SMTP_HOST must be set when mail goes out through SMTP")
        if self.mail_from.endswith("@example.com"):
            found.append("PORTAL_MAIL_FROM must be an address of the company")
        if self.file_store == "s3" and not self.s3_bucket:
            found.append("PORTAL_S3_BUCKET must be set when files are kept in S3")
        if self.webhook_test_networks:
            found.append("PORTAL_WEBHOOK_TEST_NETWORKS must be empty: it opens private networks to webhooks")
        if self.demo_reset:
            found.append("PORTAL_DEMO_RESET must be off: it lets testers empty the database")
        if self.workers > 1 and not self.redis_url:
            found.append("PORTAL_REDIS_URL must be set when PORTAL_WORKERS is more than 1")
        return found


settings = Settings()


def refuse_unsafe_values() -> None:
    """Ends the start with one line per unsafe value."""
    found = settings.unsafe_values()
    if found:
        sys.exit("\n".join(f"refusing to start: {line}" for line in found))
