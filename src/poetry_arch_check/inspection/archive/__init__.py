"""Reading sdists (tar or zip) in place: nothing is extracted, and what reading costs is bounded."""
