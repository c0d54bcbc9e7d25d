"""Walking a flow as a made-up customer before it is used, and finding what is wrong with it."""
