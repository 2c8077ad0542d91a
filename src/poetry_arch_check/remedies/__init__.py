"""Findings → ways out. Pure."""
