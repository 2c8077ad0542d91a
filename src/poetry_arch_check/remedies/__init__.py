"""Findings → remedies. Pure."""
