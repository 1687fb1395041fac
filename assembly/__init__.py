"""Joins settings, database and adapters; the only place that names an adapter."""
