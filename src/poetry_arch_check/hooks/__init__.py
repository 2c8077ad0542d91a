"""The hooks inside Poetry; nothing is imported here, because Poetry starts with it."""
