#!/bin/sh
# Makes govuk-forms.css again from the published package. Needs npm for the minute it runs; the project itself never does.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-fund --no-audit --ignore-scripts --prefix "$work" govuk-frontend@6.3.0 sass@1.108.2
"$work/node_modules/.bin/sass" --style=compressed --no-source-map --quiet-deps \
    --load-path="$work/node_modules/govuk-frontend/dist/govuk" "$here/forms.scss" "$here/govuk-forms.css"
grep -Eiq "GDS Transport|@font-face|crest|crown" "$here/govuk-forms.css" && { echo "Crown copyright typeface or crest found" >&2; exit 1; }
sha256sum "$here/govuk-forms.css"
