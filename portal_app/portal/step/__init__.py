"""What a step asks the customer for: its form, the same under every view that has fields or conditions."""
