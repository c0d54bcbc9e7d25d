"""In front of everything: own origin only, limits, security headers, the reader's language, one state per session."""

from .app import Front

__all__ = ["Front"]
