"""The demonstration company, built through the services as a company would build it; and the tools of testers."""
