"""What Poetry would install from a lock, computed by Poetry's own classes."""
