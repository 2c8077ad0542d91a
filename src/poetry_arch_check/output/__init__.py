"""Writing: Poetry's console, whole files, progress."""
