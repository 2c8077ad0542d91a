"""Other versions: what the index has, and the nearest lock without problems."""
