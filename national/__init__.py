"""Ports to systems outside, their adapters and simulators."""
