"""Home: where the project stands, and the one thing to do."""
