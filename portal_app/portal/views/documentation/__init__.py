"""The views that ask for documentation: one page for all five, which differ in what they ask and in their act."""
