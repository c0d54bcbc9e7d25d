"""One case as staff work on it."""
