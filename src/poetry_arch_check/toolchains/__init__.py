"""What can be built with: PEP 725 names, distributions and their package managers."""
