"""Customers by CSV."""
