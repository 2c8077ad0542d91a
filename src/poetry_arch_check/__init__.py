"""Which locked packages of a Poetry project have no wheel for a target, and what to do."""
