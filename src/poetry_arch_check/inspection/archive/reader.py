"""An sdist → its source tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poetry_arch_check.inspection.archive.limits import Limits
from poetry_arch_check.inspection.archive.tar import read_tar
from poetry_arch_check.inspection.archive.zip import read_zip
from poetry_arch_check.inspection.errors import TreeError

if TYPE_CHECKING:
    from pathlib import Path

    from poetry_arch_check.inspection.archive.limits import Budget
    from poetry_arch_check.inspection.tree import Tree


def read_archive(path: Path, budget: Budget) -> Tree:
    """Return the source tree in the sdist at `path` (tar, plain or compressed, or zip).

    Raises TreeError, with the reason, if it cannot be read, or must not be trusted.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            limits = Limits(budget, size)
            magic = file.read(6)
            file.seek(0)
            if magic.startswith(b"PK"):
                return read_zip(file, limits)
            return read_tar(magic, file, limits)
    except TreeError:
        raise
    except FileNotFoundError:
        raise TreeError("the archive does not exist") from None
    except Exception as error:  # the standard library raises many kinds for a damaged archive
        raise TreeError(f"the archive is damaged ({type(error).__name__})") from error
