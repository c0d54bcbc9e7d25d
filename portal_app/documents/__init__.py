"""Files: taken with distrust, kept privately, handed out to whoever may see them."""
