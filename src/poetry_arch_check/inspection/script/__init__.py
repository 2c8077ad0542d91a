"""Build scripts (`setup.py` and its kind), read as syntax trees for one interpreter."""
