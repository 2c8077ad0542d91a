"""Files as they were at a revision of the git repository, read by dulwich, which Poetry brings.

No git program is started. Names are looked up as in gitrevisions(7), as far as that goes: HEAD and
branches, tags, remote branches, full and abbreviated ids, each with `~N` and `^N` behind it.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from poetry_arch_check.errors import RevisionError
from poetry_arch_check.strings import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dulwich.objects import Commit
    from dulwich.repo import Repo

# In this order, as gitrevisions(7) has it.
_PLACES = ("{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}")
_NAME = re.compile(r"(?P<base>[^~^]+)(?P<steps>(?:~\d*|\^\d*)*)")
_STEP = re.compile(r"([~^])(\d*)")
_ID = re.compile(r"[0-9a-fA-F]{4,40}")
_UNSUPPORTED = re.compile(r"@\{|:|\.\.|\^[{@!-]")
_SUPPORTED = "name a branch, a tag, a remote branch (origin/main), a commit, or HEAD~1"
_DEEPEN = "fetch more of it: `git fetch --deepen=50`, or fetch-depth: 0 in a checkout step"


class Revision:
    """The files of one commit; paths are those of today's working tree."""

    def __init__(self, folder: Path, name: str) -> None:
        """Look `name` up in the repository that `folder` is in; raises RevisionError."""
        self.name = name
        with _errors(name):
            self._repo = _repository(folder)
            self.root = Path(os.path.realpath(self._repo.path))
            try:
                commit = _commit(self._repo, name)
            except BaseException:
                self._repo.close()
                raise
            self.commit = commit.id.decode("ascii")
            self._tree = commit.tree

    def __enter__(self) -> Revision:  # noqa: PYI034 - Self is of Python 3.11
        """Return it; the repository is closed at the end."""
        return self

    def __exit__(self, *of: object) -> None:
        """Close the repository."""
        self._repo.close()

    def relative(self, path: Path) -> PurePosixPath | None:
        """Return `path` from the root of the repository, None outside of it."""
        real = Path(os.path.realpath(path))
        return (
            PurePosixPath(real.relative_to(self.root)) if real.is_relative_to(self.root) else None
        )

    def read(self, path: PurePosixPath) -> bytes | None:
        """Return what stood in the file at `path` from the root, None where there was none."""
        from dulwich.object_store import tree_lookup_path  # noqa: PLC0415 - for --against alone

        with _errors(self.name):
            try:
                mode, found = tree_lookup_path(
                    self._object, self._tree, os.fsencode(path.as_posix())
                )
            except (KeyError, NotADirectoryError) as error:
                if isinstance(error, _MissingObjectError):
                    raise
                return None
            except Exception as error:
                # The name of this class has changed between versions of dulwich.
                if type(error).__name__ in {"NotTreeError", "SubmoduleEncountered"}:
                    return None
                raise
            if stat.S_ISLNK(mode) or not stat.S_ISREG(mode):
                return None
            content: bytes = self._object(found).as_raw_string()
            return content

    def paths(self, name: str) -> Iterator[PurePosixPath]:
        """Yield the paths of all files called `name`."""
        from dulwich.object_store import iter_tree_contents  # noqa: PLC0415 - as above

        with _errors(self.name):
            for entry in iter_tree_contents(self._repo.object_store, self._tree):
                path = PurePosixPath(os.fsdecode(entry.path or b""))
                if path.name == name:
                    yield path

    def _object(self, identifier: Any) -> Any:
        try:
            return self._repo.object_store[identifier]
        except KeyError as error:
            raise _MissingObjectError(identifier) from error


class _MissingObjectError(KeyError):
    """An object that the repository names and does not have."""


@contextmanager
def _errors(name: str) -> Iterator[None]:
    """Turn what goes wrong with a repository into a RevisionError."""
    try:
        yield
    except RevisionError:
        raise
    except _MissingObjectError as error:
        raise RevisionError(
            f"--against {printable(name)}: files of it are not in this clone, which is partial",
            hint="fetch them: `git fetch --refetch --no-filter`",
        ) from error
    except Exception as error:
        why = (str(error).splitlines() or [""])[0]
        raise RevisionError(
            f"the git repository cannot be read: {type(error).__name__}: {printable(why)}"
        ) from error


def _repository(folder: Path) -> Repo:
    from dulwich.errors import NotGitRepository  # noqa: PLC0415 - as above
    from dulwich.repo import Repo  # noqa: PLC0415 - as above

    try:
        repo = Repo.discover(str(folder))
    except NotGitRepository:
        raise RevisionError(
            f"--against: {folder} is not in a git repository",
            hint="run it in a clone; in an image, copy .git too, or check outside of it",
        ) from None
    if repo.bare:
        repo.close()
        raise RevisionError("--against: the git repository has no working tree")
    return repo


def _commit(repo: Repo, name: str) -> Commit:
    """Return the commit that `name` stands for; raises RevisionError."""
    shown = printable(name)
    if _UNSUPPORTED.search(name) or (match := _NAME.fullmatch(name)) is None:
        raise RevisionError(
            f'--against does not read revisions written like "{shown}"',
            hint=f"{_SUPPORTED}; `git rev-parse` or `git merge-base` gives the id of any other",
        )
    commit = _peeled(repo, _base(repo, match["base"]), name)
    for sign, digits in _STEP.findall(match["steps"]):
        number = int(digits or 1)
        if sign == "~":
            for _ in range(number):
                commit = _parent(repo, commit, 1, name)
        elif number:
            commit = _parent(repo, commit, number, name)
    return commit


def _base(repo: Repo, base: str) -> bytes:
    """Return the id of the object that a name without steps stands for."""
    if base == "@":
        base = "HEAD"
    for place in (*_PLACES, "refs/remotes/{}/HEAD"):
        ref = place.format(base).encode()
        # Elsewhere than in refs/, only names like HEAD are refs; others are files of git.
        if (ref.startswith(b"refs/") or base.isupper()) and (found := _ref(repo, ref)):
            return found
    if _ID.fullmatch(base):
        store: Any = repo.object_store
        ids = {bytes(found) for found in store.iter_prefix(base.lower().encode())}
        commits = [found for found in ids if store[found].type_name in {b"commit", b"tag"}]
        if len(commits) > 1:
            raise RevisionError(f'--against: "{base}" is short for several commits')
        if commits:
            return commits[0]
    hint = _SUPPORTED
    if _is_shallow(repo) or "/" in base:
        remote, _, branch = base.partition("/")
        fetch = f"git fetch {remote} {branch}" if branch else f"git fetch origin {base}"
        hint = f"fetch it first: `{fetch}`"
    raise RevisionError(f'--against: there is no revision "{printable(base)}" here', hint=hint)


def _ref(repo: Repo, ref: bytes) -> bytes | None:
    try:
        return bytes(repo.refs[ref])  # type: ignore[index,unused-ignore]
    except (KeyError, ValueError):  # ValueError: it is no name that a ref can have
        return None


def _peeled(repo: Repo, found: bytes, name: str) -> Commit:
    """Return the commit behind tags."""
    store: Any = repo.object_store
    try:
        thing = store[found]
        while thing.type_name == b"tag":
            thing = store[thing.object[1]]
    except KeyError:
        raise RevisionError(
            f'--against: the commit of "{printable(name)}" is not in this clone', hint=_DEEPEN
        ) from None
    if thing.type_name != b"commit":
        raise RevisionError(f'--against: "{printable(name)}" is no commit', hint=_SUPPORTED)
    commit: Commit = thing
    return commit


def _parent(repo: Repo, commit: Commit, number: int, name: str) -> Commit:
    """Return the parent of that number, from 1."""
    short = commit.id.decode("ascii")[:7]
    shown = printable(name)
    parents = commit.parents
    if number > len(parents):
        raise RevisionError(
            f'--against: there is no "{shown}": {short} has {len(parents) or "no"} parent'
            + ("s" if len(parents) > 1 else ""),
            hint=_SUPPORTED,
        )
    parent = parents[number - 1]
    if parent not in repo.object_store:
        what = "the clone is shallow and ends" if _is_shallow(repo) else "the history ends"
        raise RevisionError(
            f'--against: there is no "{shown}" here: {what} at {short}', hint=_DEEPEN
        )
    return _peeled(repo, parent, name)


def _is_shallow(repo: Repo) -> bool:
    return bool(repo.get_shallow())
