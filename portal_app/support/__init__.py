"""Cases: what customers report, the talk about it, and the queue of those who answer."""
