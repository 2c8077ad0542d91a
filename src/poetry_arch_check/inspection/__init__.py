"""Looking into an sdist: what building it takes, without running or extracting anything."""
