"""Journeys in a real browser; what `from playwright.sync_api import expect` gives here looks more often."""

from playwright import sync_api

from .expecting import expect

sync_api.expect = expect
