"""Opportunities: one customer's way through a flow, with its history."""
