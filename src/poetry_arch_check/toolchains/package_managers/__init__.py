"""Package managers: one value for each in `registry`, made of what the other modules describe."""
