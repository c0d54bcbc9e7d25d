"""The drawing view: the customer draws the roof on a map and sends it."""
