"""Inspecting source trees: what building one requires, without running or extracting anything."""
