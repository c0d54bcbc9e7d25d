"""Customers: list and search."""
