"""Staff home: figures, what customers did, own projects, the board."""
