"""The view of the offer step: compare, order one, decline, or ask for a change."""
