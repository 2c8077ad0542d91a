"""Other versions: what the index has, and the nearest lock with as few problems as possible."""
