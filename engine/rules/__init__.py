"""What is allowed to happen to a dossier: one file a topic, one function a command (`engine/decide.py` lists them)."""
