"""Where things lie that tests read."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
PROJECTS = TESTS / "projects"
GOLDEN = TESTS / "data" / "golden"
DOCKERFILES = TESTS / "data" / "dockerfiles"
# Real lock files and the like; not part of the repository.
SHARED = ROOT.parent / "shared"
