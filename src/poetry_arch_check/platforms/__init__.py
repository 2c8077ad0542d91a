"""Platforms, Pythons, wheel tags, markers, and the names of targets."""
