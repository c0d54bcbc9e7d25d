"""The end of the way: what the company says when it is done, or when it came to nothing."""
