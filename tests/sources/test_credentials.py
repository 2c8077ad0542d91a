"""Users, passwords and tokens in addresses: with real Poetry, none of them is shown."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from poetry_arch_check.formats import FORMATS
from support.index import sdist

if TYPE_CHECKING:
    from support.place import Place

SECRET = "t0k3n"
NAME = "another-1.0.tar.gz"
# The styles of Poetry's messages.
MARKUP = ("<c1>", "</", "<debug>", "<info>")


# Each format is written twice: the other two forms take as long again.
FORMS = [
    *(pytest.param(form, marks=pytest.mark.slow) for form in (SECRET, f":{SECRET}")),
    f"user:{SECRET}",
]


@pytest.fixture(params=FORMS)
def private(at: Place, request: pytest.FixtureRequest) -> Place:
    """Return a project with a source and an address dependency, both with credentials.

    By now, the index wants others.
    """
    at.index.add((NAME, sdist("another", "1.0", native=True)[1]))
    url = at.index.url.replace("://", f"://{request.param}@")
    at.write("plain", f"another @ {url}/files/{NAME}", settings='targets = ["linux/arm64"]')
    project = at.project / "pyproject.toml"
    text = project.read_text("utf-8").replace(f'url = "{at.index.url}', f'url = "{url}')
    project.write_text(text, "utf-8")
    done = at.run("lock", POETRY_ARCH_CHECK="off")
    assert done.code == 0, done.err
    assert at.lock.read_text("utf-8").count(SECRET) == 2
    at.index.password = "changed"
    return at


@pytest.mark.parametrize(
    "path",
    [
        f"/files/{NAME}",
        *(pytest.param(each, marks=pytest.mark.slow) for each in ("/files/", "/", "")),
    ],
)
def test_no_format_shows_them(private: Place, path: str) -> None:
    """Not with -vvv either; stdout has the report alone, and stderr no markup."""
    lock = private.lock.read_text("utf-8").replace(f"/files/{NAME}", path)
    private.lock.write_text(lock, "utf-8")
    for name in FORMATS:
        for verbose in ((), ("-vvv",)) if name != "github" else ((),):
            shutil.rmtree(private.folder / "cache" / "artifacts", ignore_errors=True)
            done = private.run("arch-check", *verbose, "--format", name, "--no-cache")
            assert done.code in {1, 2}, done.err
            assert done.out
            assert SECRET not in done.out + done.err
            markup = name in {"junit", "html", "markdown"}  # they have tags of their own
            shown = done.err if markup else done.out + done.err
            assert not [tag for tag in MARKUP if tag in shown]
            assert ("Authorization error accessing http://***@" in done.err) or not verbose
            if name == "json":
                assert json.loads(done.out)["targets"]


def test_the_hook_shows_none(private: Place) -> None:
    """Poetry shows the address of what it installs, without the hook as with it.

    One after the other: else it is chance whether Poetry shows the error of this one or of a
    package that fails beside it.
    """
    one = {"POETRY_INSTALLER_PARALLEL": "false"}
    for command in ("install", "lock"):
        shutil.rmtree(private.folder / "cache", ignore_errors=True)
        bare = private.run(command, "--no-plugins", "--no-cache", **one)
        shutil.rmtree(private.folder / "cache", ignore_errors=True)
        done = private.run(command, "--no-cache", POETRY_ARCH_CHECK="warn", **one)
        assert done.code == bare.code == 1
        assert (SECRET in bare.out) == (command == "install")
        assert done.out.count(SECRET) == bare.out.count(SECRET)
        assert done.err.count(SECRET) <= bare.err.count(SECRET)
        assert not [tag for tag in MARKUP if tag in done.out + done.err]
