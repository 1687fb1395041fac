"""Procedures as bundles: read, check, compile, draw (pure)."""
