"""The customer's help page: what they told us, what became of it, and telling us more."""
