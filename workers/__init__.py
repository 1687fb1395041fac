"""Relay, RQ jobs and the clock."""
