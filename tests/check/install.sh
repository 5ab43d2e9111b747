#!/bin/sh
# SPDX-License-Identifier: MIT
# `make install` puts the tools and their pages where it should, `make uninstall` takes all of it away. Usage: install.sh BUILD_DIR

dir=$1/tests/install
rm -rf "$dir"
mkdir -p "$dir"
for tool in "$1"/scap*; do
	[ -f "$tool" ] && [ -x "$tool" ] || continue
	name=${tool##*/}
	[ -f "tools/$name/$name.1" ] || { echo "no page for $name"; exit 1; }
done
${MAKE:-make} -s install B="$1" DESTDIR="$(pwd)/$dir" PREFIX=/usr || exit 1
for tool in scapcat scapinfo scapmerge scapedit; do
	"$dir/usr/bin/$tool" --version || exit 1
	[ -s "$dir/usr/share/man/man1/$tool.1" ] || { echo "no page for $tool"; exit 1; }
	[ -s "$dir/usr/share/bash-completion/completions/$tool" ] || { echo "no completion for $tool"; exit 1; }
done
${MAKE:-make} -s uninstall B="$1" DESTDIR="$(pwd)/$dir" PREFIX=/usr || exit 1
left=$(find "$dir" -type f)
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
rm -rf "$dir"
