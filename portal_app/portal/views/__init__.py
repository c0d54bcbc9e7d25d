"""What a substage shows to the customer: one folder per view kind."""
