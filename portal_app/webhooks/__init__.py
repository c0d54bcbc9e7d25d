"""Telling other systems what happened: signed, repeated until they have it, and never to addresses inside."""
