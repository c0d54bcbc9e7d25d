"""Flows: what staff configure. Stages, substages, view kinds; the rules that decide what may follow what."""
