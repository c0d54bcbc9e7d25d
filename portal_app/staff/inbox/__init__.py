"""What staff are told: the list, and how each wants to be told."""
