"""Decides: commands in, events out. Runs diagrams and decision tables (pure)."""
