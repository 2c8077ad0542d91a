#!/usr/bin/env bash
# action.yml: installs the plugin beside the Poetry that is there, or brings one.
set -euo pipefail

if command -v poetry >/dev/null; then
    poetry self add --no-interaction "$GITHUB_ACTION_PATH"
    exit
fi
venv="$RUNNER_TEMP/poetry-arch-check"
"$(command -v python3 || command -v python)" -m venv "$venv"
bin="$venv/bin"
[ -d "$bin" ] || bin="$venv/Scripts"
"$bin/python" -m pip install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH"
printf '%s\n' "$bin" >>"$GITHUB_PATH"
