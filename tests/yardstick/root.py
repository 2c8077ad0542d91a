"""Bare Debian roots: made once by mmdebstrap, entered by an overlay that is gone afterwards."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Debian:
    """A release: the name that mmdebstrap takes, and the Python that it has."""

    suite: str
    python: str


RELEASES = {
    "debian:12": Debian(suite="bookworm", python="3.11"),
    "debian:13": Debian(suite="trixie", python="3.13"),
}
# Where a root sees the folder of a job.
JOB = "/job"
# Seconds for what is not limited by itself: downloads of packages.
_DOWNLOADS = 900
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# How pip is set up on this machine is how it is set up in the root.
_PIP = (Path("/etc/pip.conf"), Path("/etc/xdg/pip"))
_VARIABLES = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_TRUSTED = ("PIP_CERT", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO")
# In namespaces of its own: what is mounted and started here ends with it.
_ENTER = """\
set -eu
base=$1 run=$2 job=$3 fresh=$4
shift 4
root=$run/root
mount -t tmpfs tmpfs "$run"
mkdir "$run/upper" "$run/work" "$root"
if [ "$fresh" = fresh ]
then mount -t overlay overlay -o "lowerdir=$base,upperdir=$run/upper,workdir=$run/work" "$root"
else mount --bind "$base" "$root"
fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
mkdir -p "$root/job"
mount --bind "$job" "$root/job"
for path
do
    if [ -d "$path" ]
    then mkdir -p "$root$path"
    else mkdir -p "$root$(dirname "$path")" && touch "$root$path"
    fi
    mount --bind "$path" "$root$path"
done
exec chroot "$root" /usr/bin/env --ignore-environment sh -c '. /job/environment && exec sh /job/job.sh'
"""
_PREPARE = """\
python3 -m venv /venv
/venv/bin/python -m pip install --quiet --upgrade pip
"""


class RootError(Exception):
    """Roots cannot be made here, or this one could not: one sentence."""


def require() -> None:
    """Raise RootError where no root can be made and entered."""
    missing = [name for name in ("mmdebstrap", "unshare") if shutil.which(name) is None]
    if missing:
        raise RootError(f"{' and '.join(missing)} must be installed (apt-get install mmdebstrap).")
    mount = ["unshare", "--mount", "--pid", "--fork", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        raise RootError("Building in roots of their own takes root, and leave to mount.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """Roots below `folder`; each sees `shared`, absolute paths of this machine, at the same place."""

    folder: Path
    shared: tuple[Path, ...] = ()

    def run(self, image: str, job: Path) -> int:
        """Run `job.sh` of the folder `job` in a fresh root of `image`; return its exit code.

        The root sees that folder as `/job`. Raises RootError where the root cannot be made.
        """
        base = self.folder / "roots" / image.replace(":", "")
        if not base.is_dir():
            self._make(RELEASES[image].suite, base)
        return self._enter(base, job, fresh=True)

    def _make(self, suite: str, base: Path) -> None:
        base.parent.mkdir(parents=True, exist_ok=True)
        unfinished = base.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        made = subprocess.run(
            [
                "mmdebstrap",
                "--variant=minbase",
                "--include=python3,python3-venv",
                suite,
                unfinished,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise RootError(f"mmdebstrap failed: {_last(made.stderr)}")
        with tempfile.TemporaryDirectory() as name:
            job = Path(name)
            (job / "job.sh").write_text(f"({_PREPARE}) >/job/log 2>&1", "utf-8")
            if self._enter(unfinished, job, fresh=False):
                raise RootError(f"no pip in a root: {_last((job / 'log').read_text('utf-8'))}")
        unfinished.rename(base)

    def _enter(self, base: Path, job: Path, *, fresh: bool) -> int:
        variables = {
            "HOME": "/root",
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
            **{k: v for k, v in os.environ.items() if k.upper().startswith(_VARIABLES)},
        }
        if _CERTIFICATES.is_file():
            shutil.copyfile(_CERTIFICATES, job / "certificates.pem")
            variables |= dict.fromkeys(_TRUSTED, f"{JOB}/certificates.pem")
        lines = (f"export {key}={shlex.quote(value)}\n" for key, value in variables.items())
        (job / "environment").write_text("".join(lines), "utf-8")
        shared = [path for path in (*_PIP, *self.shared) if path.exists()]
        run = Path(tempfile.mkdtemp(prefix="root-"))
        try:
            return subprocess.run(
                [
                    *("unshare", "--mount", "--pid", "--fork", "--kill-child"),
                    *("sh", "-c", _ENTER, "sh"),
                    *(base, run, job, "fresh" if fresh else "", *shared),
                ],
                stdin=subprocess.DEVNULL,
                timeout=_DOWNLOADS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired as error:
            raise RootError(f"still not done after {_DOWNLOADS} s") from error
        finally:
            run.rmdir()


def _last(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
