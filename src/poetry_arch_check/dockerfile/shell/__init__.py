"""Shell scripts → syntax trees → the commands they run. Nothing is executed."""
