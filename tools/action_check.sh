#!/usr/bin/env bash
# action.yml: runs the check, annotates, and writes the job summary.
set -euo pipefail

summary="$RUNNER_TEMP/arch-check-summary.md"
rm -f "$summary"
options=(--format github --output "markdown=$summary")
[ "${UPLOAD:-}" != true ] || SARIF=${SARIF:-$RUNNER_TEMP/arch-check.sarif}
if [ -n "${SARIF:-}" ]; then
    rm -f "$SARIF" # of another run
    options+=(--output "sarif=$SARIF")
fi
if [ "${AGAINST:-}" = auto ]; then
    AGAINST=${BASE:-}
    # What is checked out in a pull request is merged with the base as it is today, which is
    # newer than that of the event. A clone of depth 1 knows no parents, but the commit does.
    if [ -n "$AGAINST" ] && [ "$(git rev-parse HEAD)" = "${GITHUB_SHA:-}" ]; then
        mapfile -t parents < <(git cat-file -p HEAD | sed -n '1,/^$/s/^parent //p')
        [ "${#parents[@]}" -lt 2 ] || AGAINST=${parents[0]}
    fi
    # A checkout step fetches one commit, and that is not the base.
    if [ -n "$AGAINST" ] && ! git cat-file -e "$AGAINST^{commit}" 2>/dev/null; then
        git fetch --quiet --no-tags --depth=1 origin "$AGAINST"
    fi
fi
[ -z "${AGAINST:-}" ] || options+=(--against "$AGAINST")
# An option a line: `--all-groups`, `--target=linux/arm64`, `--target linux/arm64`.
while read -r option value; do
    case "$option" in
    "" | \#*) ;;
    *) options+=("$option" ${value:+"$value"}) ;;
    esac
done < <(printf '%s\n' "${ARGS:-}" | tr -d '\r')

code=0
poetry arch-check --no-interaction "${options[@]}" || code=$?
# Poetry ends with 1 for an option that it does not know.
[ "$code" != 1 ] || [ -f "$summary" ] || code=2
printf 'exit-code=%s\n' "$code" >>"$GITHUB_OUTPUT"
# The step that uploads it runs in another folder.
if [ -n "${SARIF:-}" ] && [ -f "$SARIF" ]; then
    printf 'sarif=%s\n' "$(cd "$(dirname "$SARIF")" && pwd)/$(basename "$SARIF")" >>"$GITHUB_OUTPUT"
fi
if [ -f "$summary" ]; then
    cat "$summary" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
