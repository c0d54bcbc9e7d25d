"""A new customer with a first project."""
