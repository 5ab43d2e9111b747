#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the Debian packages of a list that are not there yet. Usage: deps.sh LIST

missing=
for p in $(sed 's/#.*//' "$1"); do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# shellcheck disable=SC2086
apt-get -qq -y --no-install-recommends install $missing >/dev/null
