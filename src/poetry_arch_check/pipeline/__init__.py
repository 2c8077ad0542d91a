"""The steps: lock → plan → inspect → check → remedies → report."""
