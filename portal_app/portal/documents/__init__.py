"""The files of a customer."""
