"""The command line → what the user asks for."""
