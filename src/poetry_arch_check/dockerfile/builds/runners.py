"""The platform of the machine that runs a job: an image is built for it if nothing else is said.

The labels are those of GitHub's own machines, of what it names self-hosted ones by, and of those
who rent out others under labels like GitHub's (GitHub docs: GitHub-hosted runners reference,
using labels with self-hosted runners; Depot's and Blacksmith's docs: runner types).
"""

from __future__ import annotations

import re

_ARM = frozenset({"arm64", "aarch64"})
_INTEL = frozenset({"x64", "amd64", "x86_64"})
# With these labels, a machine is x64 if nothing else is said, and "arm" is arm64.
_RENTED = re.compile(
    r"ubuntu-(?:latest|slim|\d\d\.\d\d)\b"
    r"|(?:depot|blacksmith|buildjet|warp|ubicloud)-.*\b(?:ubuntu|standard)\b"
)
_LINUX = re.compile(r"\b(?:ubuntu|linux)\b")


def platform_of(labels: list[str]) -> str | None:
    """Return the platform of the machine with the labels of `runs-on`, None if they do not tell."""
    text = " ".join(labels).lower()
    parts = set(re.split(r"[-\s]+", text))
    rented = any(_RENTED.match(label.lower()) for label in labels)
    if not rented and not _LINUX.search(text):
        return None
    if parts & _ARM or (rented and "arm" in parts):
        return "linux/arm64"
    return "linux/amd64" if rented or parts & _INTEL else None
