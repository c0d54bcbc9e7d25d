"""One customer: data, changes, consents."""
