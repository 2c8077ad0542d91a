"""The rooms that know Poetry: everything that touches its classes, but for the hooks."""
