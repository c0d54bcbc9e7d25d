"""Projects: list and board."""
