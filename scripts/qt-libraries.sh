#!/bin/sh
# Qt's wheels bring Qt, not the system's libraries below it. Where Debian lacks some, install
# them as root; anyone else is told their names. Other systems are left alone.
set -eu
command -v dpkg-query >/dev/null 2>&1 || exit 0

wanted="libgl1 libegl1 libdbus-1-3 libfontconfig1 libglib2.0-0 libxkbcommon0 libxkbcommon-x11-0
libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0
libxcb-shape0 libxcb-xinerama0 fonts-dejavu-core"

missing=""
for package in $wanted; do
    for name in "$package" "${package}t64"; do
        dpkg-query -W -f '${Status}\n' "$name" 2>/dev/null | grep -q 'ok installed' && continue 2
    done
    missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
else
    echo "The editor needs these packages; the command line works without them:" >&2
    echo "    sudo apt-get install$missing" >&2
fi
