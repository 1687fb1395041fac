"""The motcua commands and the one-machine supervisor."""
