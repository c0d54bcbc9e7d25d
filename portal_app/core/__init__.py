"""What every room may use: database, clock, texts, errors, forms, files, audit, events, limits."""
