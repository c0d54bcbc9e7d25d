"""Getting in: actors, roles and permissions; login links, codes, sessions, staff passwords."""
