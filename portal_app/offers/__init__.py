"""Offers: line items and totals, frozen versions, sharing, and the customer's one binding answer."""
