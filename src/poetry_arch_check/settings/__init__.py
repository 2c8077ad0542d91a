"""What the user asked for; nothing is imported here, because Poetry starts with it."""
