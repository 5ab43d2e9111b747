#!/bin/sh
# SPDX-License-Identifier: MIT
# `make sysroot CROSS_COMPILE=... SYSROOT=DIR`: fills a folder with what a cross build needs, from
# Debian's packages for that machine. Nothing is installed, nothing of that machine runs here, and apt
# keeps what it knows of it in the folder. What Debian lacks there (Criterion for s390x) is left out.
# Usage: sysroot.sh MACHINE DIR

case $1 in
x86_64) arch=amd64 ;;
aarch64) arch=arm64 ;;
*) arch=$1 ;;
esac
[ -n "$2" ] || { echo "usage: make sysroot CROSS_COMPILE=... SYSROOT=DIR"; exit 2; }
mkdir -p "$2/apt/lists/partial" "$2/apt/archives/partial"
dir=$(cd "$2" && pwd)
: >"$dir/apt/status"
cat >"$dir/apt/conf" <<END
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Dir::State "$dir/apt";
Dir::State::status "$dir/apt/status";
Dir::State::lists "$dir/apt/lists";
Dir::Cache "$dir/apt";
END
export APT_CONFIG="$dir/apt/conf"

apt-get -qq update || exit 1
packages=busybox-static
for p in $(sed -n '/^libclang/d; s/^\([a-z0-9.-]*-dev\).*/\1/p' packages.txt); do
	apt-cache show "$p" >/dev/null 2>&1 && packages="$packages $p"
done
# shellcheck disable=SC2086
apt-get -qq -y --download-only install $packages >/dev/null || exit 1
for p in "$dir"/apt/archives/*.deb; do
	dpkg-deb -x "$p" "$dir" || exit 1
done
# Links to /DIR/... mean the folder's.
find "$dir" -lname '/*' | while read -r link; do
	ln -sfn "$dir$(readlink "$link")" "$link"
done
