"""Customers: accounts (households, companies) and their contacts."""
