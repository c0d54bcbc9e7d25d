"""Offers for staff: the list of a project, the editor, and the card on the page of a project."""
