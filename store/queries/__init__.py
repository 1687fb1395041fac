"""Reads for pages and the API: one module a topic, plain dict rows, trimmed by `store.visible`."""
