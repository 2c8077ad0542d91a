"""Build scripts (`setup.py` and the like), read from their syntax trees for one interpreter."""
