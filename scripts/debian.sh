#!/bin/sh
# Debian packages that a purpose needs: what is missing is installed as root; anyone else is told
# the names. Other systems are left alone.
#
#     sh scripts/debian.sh PURPOSE PACKAGE...
set -eu
command -v dpkg-query >/dev/null 2>&1 || exit 0
purpose=$1
shift

missing=""
for package in "$@"; do
    for name in "$package" "${package}t64"; do
        dpkg-query -W -f '${Status}\n' "$name" 2>/dev/null | grep -q 'ok installed' && continue 2
    done
    missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
else
    echo "$purpose need these packages; everything else works without them:" >&2
    echo "    sudo apt-get install$missing" >&2
fi
