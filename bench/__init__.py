"""Measurements anybody can repeat: `./motcua bench` (all), `./motcua bench feel flow` (some). Not timed tests."""
