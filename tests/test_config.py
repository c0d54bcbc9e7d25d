"""Unsafe values stop the start in production, each with its line."""

import os
import socket
import subprocess
import sys

import pytest

from portal_app.config import ROOT, Settings

SAFE = {"environment": "production", "secret": "s" * 40, "public_url": "https://portal.example.org",
        "mail_sender": "smtp", "smtp_host": "mail.example.org", "mail_from": "portal@example.org"}


def test_safe_values_start():
    assert Settings.model_validate(SAFE).unsafe_values() == []


@pytest.mark.parametrize(("change", "named"), [
    ({"secret": "only for trying it out"}, "PORTAL_SECRET"),
    ({"secret": "short"}, "PORTAL_SECRET"),
    ({"secret_previous": "s" * 40}, "PORTAL_SECRET_PREVIOUS"),
    ({"public_url": ""}, "PORTAL_PUBLIC_URL"),
    ({"public_url": "http://portal.example.org"}, "PORTAL_PUBLIC_URL"),
    ({"extra_origins": "*"}, "PORTAL_EXTRA_ORIGINS"),
    ({"mail_sender": "mailbox"}, "PORTAL_MAIL_SENDER"),
    ({"mail_sender": "resend"}, "PORTAL_RESEND_API_KEY"),
    ({"smtp_host": ""}, "PORTAL_SMTP_HOST"),
    ({"mail_from": "portal@example.com"}, "PORTAL_MAIL_FROM"),
    ({"demo_reset": True}, "PORTAL_DEMO_RESET"),
    ({"workers": 2}, "PORTAL_REDIS_URL"),
])
def test_each_unsafe_value_is_named_in_one_line(change, named):
    found = Settings(**{**SAFE, **change}).unsafe_values()
    assert len(found) == 1
    assert found[0].startswith(named)


def test_the_demonstration_may_use_its_defaults():
    assert Settings(environment="demo").unsafe_values() == []


def test_a_taken_port_is_told_before_anything_is_made(tmp_path):
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        port = other.getsockname()[1]
        environ = {**os.environ, "PORTAL_PORT": str(port), "PORTAL_DATA_FOLDER": str(tmp_path / "data")}
        done = subprocess.run([sys.executable, "tools/serve.py"], cwd=ROOT, env=environ, capture_output=True, text=True,
                              timeout=60)
    assert done.returncode != 0
    assert f"port {port}" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_production_with_unsafe_values_does_not_start(tmp_path):
    """Each reason is a line; no database is made and no page is built."""
    environ = {**os.environ, "PORTAL_ENVIRONMENT": "production", "PORTAL_DATA_FOLDER": str(tmp_path / "data"),
               "PORTAL_EXTRA_ORIGINS": "*", "PORTAL_SECRET": "", "PORTAL_MAIL_SENDER": "mailbox"}
    done = subprocess.run([sys.executable, "tools/serve.py"], cwd=ROOT, env=environ, capture_output=True, text=True,
                          timeout=60)
    assert done.returncode != 0
    lines = (done.stdout + done.stderr).splitlines()
    for name in ("PORTAL_EXTRA_ORIGINS", "PORTAL_SECRET", "PORTAL_MAIL_SENDER"):
        assert sum(name in line for line in lines) == 1, lines
    assert not (tmp_path / "data").exists()
