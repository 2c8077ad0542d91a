#!/usr/bin/env bash
# action.yml: runs the check, annotates, and writes the job summary.
set -euo pipefail

summary="$RUNNER_TEMP/arch-check-summary.md"
rm -f "$summary"
options=(--format github --output "markdown=$summary")
if [ -n "${SARIF:-}" ]; then
    rm -f "$SARIF" # of another run
    options+=(--output "sarif=$SARIF")
fi
if [ "${AGAINST:-}" = auto ]; then
    AGAINST=${BASE:-}
    # A checkout step fetches one commit, and that is not the base.
    if [ -n "$AGAINST" ] && ! git cat-file -e "$AGAINST^{commit}" 2>/dev/null; then
        git fetch --quiet --no-tags --depth=1 origin "$AGAINST"
    fi
fi
[ -z "${AGAINST:-}" ] || options+=(--against "$AGAINST")
while IFS= read -r line; do
    [ -z "$line" ] || options+=("$line")
done <<<"${ARGS:-}"

code=0
poetry arch-check --no-interaction "${options[@]}" || code=$?
printf 'exit-code=%s\n' "$code" >>"$GITHUB_OUTPUT"
# The step that uploads it runs in another folder.
if [ -n "${SARIF:-}" ] && [ -f "$SARIF" ]; then
    printf 'sarif=%s\n' "$(cd "$(dirname "$SARIF")" && pwd)/$(basename "$SARIF")" >>"$GITHUB_OUTPUT"
fi
if [ -f "$summary" ]; then
    cat "$summary" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
