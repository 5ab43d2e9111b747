#!/bin/sh
# SPDX-License-Identifier: MIT
# `make interop`: what we write, read by the programs that people use: sysdig of this system, and
# newer peers (sysdig, strato, tshark) in a Debian sid tree, which is made when it can be and kept.
# What cannot be had is skipped with a word. Usage: interop.sh BUILD_DIR; INTEROP_TREE names the tree.

# What is mounted here is nobody else's, so that several may run at a time.
if [ -z "$INTEROP_ALONE" ] && unshare -m true 2>/dev/null; then
	INTEROP_ALONE=1 exec unshare -m sh "$0" "$@"
fi

build=$1
tree=${INTEROP_TREE:-${XDG_CACHE_HOME:-$HOME/.cache}/scaptools/sid}
work=$build/interop
TZ=UTC
export TZ
. tests/check/lib.sh

skip() { printf '  skip  %s\n' "$*"; }

make_tree() {
	[ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null || return 1
	mirror=$(apt-get indextargets --format '$(SITE)' | head -n 1)
	mkdir -p "$tree"
	debootstrap --variant=minbase sid "$tree" "$mirror" >"$work/tree.log" 2>&1 &&
		echo 'Acquire::Check-Valid-Until "false";' >"$tree/etc/apt/apt.conf.d/99valid" &&
		chroot "$tree" apt-get -qq update >>"$work/tree.log" 2>&1 &&
		DEBIAN_FRONTEND=noninteractive chroot "$tree" apt-get -qq -y --no-install-recommends install \
			sysdig stratoshark tshark wireshark-common >>"$work/tree.log" 2>&1
}

# newer PROGRAM ARGUMENT...: runs it in the tree; files are given as /data/NAME.
newer() { chroot "$tree" env -i PATH=/usr/sbin:/usr/bin TZ=UTC HOME=/tmp "$@"; }

# Succeeds when the command does and prints at least COUNT lines.
lines_at_least() {
	want=$1
	shift
	"$@" >"$work/lines" 2>"$work/errors" || { cat "$work/errors"; return 1; }
	got=$(wc -l <"$work/lines")
	[ "$got" -ge "$want" ] || { echo "$got lines, expected $want"; cat "$work/errors"; return 1; }
}

# Both commands print the same.
same_output() {
	sh -c "$1" >"$work/one" 2>&1 || { cat "$work/one"; return 1; }
	sh -c "$2" >"$work/two" 2>&1 || { cat "$work/two"; return 1; }
	diff "$work/one" "$work/two" | head -n 5
	cmp -s "$work/one" "$work/two"
}

# The calls of the workload, with their names, in what a reader prints.
has_names() {
	"$@" >"$work/lines" 2>"$work/errors" || { cat "$work/errors"; return 1; }
	grep -q 'cat.*openat.*/etc/hostname' "$work/lines" || { echo 'no cat opening /etc/hostname'; return 1; }
	grep -q 'python.*connect.*127.0.0.1' "$work/lines" || { echo 'no connection of python'; return 1; }
}

# Frames and events are the same numbers.
frames_are_events() {
	frames=$(newer strato -r "/data/$1" 2>/dev/null | wc -l)
	events=$("$build/scapinfo" -J "$work/data/$1" | sed -n 's/.*"events": *\([0-9]*\).*/\1/p' | head -n 1)
	[ "$frames" = "$events" ] || { echo "$frames frames, $events events"; return 1; }
}

record() {
	[ -x "$build/scapcap" ] || return 1
	(sleep 0.5; exec python3 tests/check/workload.py) &
	"$build/scapcap" "$@" -d 2 2>"$work/errors"
	status=$?
	wait
	return $status
}

rm -rf "$work"
mkdir -p "$work/data"
have_tree=false
if [ -x "$tree/usr/bin/strato" ] || make_tree; then
	have_tree=true
	mkdir -p "$tree/data"
	mount --bind "$work/data" "$tree/data" && trap 'umount "$tree/data"' EXIT
else
	skip 'newer peers: no sid tree, and none can be made here (root and debootstrap needed)'
fi

cp fixtures/workload.scap "$work/data/pairs.scap"
cp fixtures/exits.scap "$work/data/exits.scap"
if record -w "$work/data/live-exits.scap" && record --pairs -w "$work/data/live-pairs.scap"; then
	kinds='exits pairs live-exits live-pairs'
else
	skip "live captures: $(head -n 1 "$work/errors")"
	kinds='exits pairs'
fi

# Traced, which takes no rights; and known calls of all families, of which only the lines count.
trace() {
	[ -x "$build/scapcap" ] &&
		"$build/scapcap" -q -w "$work/data/traced-exits.scap" --ptrace -- python3 tests/check/workload.py &&
		"$build/scapcap" -q --pairs -w "$work/data/traced-pairs.scap" --ptrace -- python3 tests/check/workload.py &&
		"$build/scapcap" -q --pairs -w "$work/data/known.scap" --ptrace -- "$build/tests/known-calls" "$work/known.log"
}
if trace 2>"$work/errors"; then
	kinds="$kinds traced-exits traced-pairs"
	command -v sysdig >/dev/null && check 'known calls: sysdig of this system lists them' \
		lines_at_least 600 sysdig -r "$work/data/known.scap"
else
	skip "traced captures: $(head -n 1 "$work/errors")"
fi

# The capture cut in two parts that overlap, and merged again.
cut_and_merge() {
	"$build/scapedit" "$work/data/$1.scap" "$work/part1" 1-1000 &&
		"$build/scapedit" "$work/data/$1.scap" "$work/part2" 501- &&
		"$build/scapmerge" -w "$work/data/$1-whole.scap" "$work/part2" "$work/part1" 2>"$work/errors"
}

for kind in $kinds; do
	"$build/scapmerge" --attribute -w "$work/data/$kind-merged.pcapng" "$work/data/$kind.scap" \
		fixtures/workload.pcapng
	check "$kind: parts are merged to the whole" cut_and_merge "$kind"
	case $kind in
	*pairs)
		command -v sysdig >/dev/null && {
			check "$kind: sysdig of this system resolves names" has_names sysdig -r "$work/data/$kind.scap"
			check "$kind: the merge prints the same there" same_output \
				"sysdig -r $work/data/$kind.scap" "sysdig -r $work/data/$kind-merged.pcapng"
			check "$kind: so do merged parts" same_output \
				"sysdig -r $work/data/$kind.scap" "sysdig -r $work/data/$kind-whole.scap"
		}
		;;
	esac
	command -v tshark >/dev/null && check "$kind: tshark of this system lists the merge" \
		lines_at_least 100 tshark -r "$work/data/$kind-merged.pcapng"
	$have_tree || continue
	check "$kind: newer sysdig resolves names" has_names newer sysdig -r "/data/$kind.scap"
	check "$kind: the merge prints the same there" same_output \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind.scap" \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind-merged.pcapng"
	check "$kind: so do merged parts" same_output \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind.scap" \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind-whole.scap"
	check "$kind: newer tshark lists the merge" lines_at_least 100 newer tshark -r "/data/$kind-merged.pcapng"
	check "$kind: strato lists it" lines_at_least 100 newer strato -r "/data/$kind.scap"
	case $kind in *exits) check "$kind: strato's frames are the events" frames_are_events "$kind.scap" ;; esac
	check "$kind: strato lists the merge" lines_at_least 100 newer strato -r "/data/$kind-merged.pcapng"
done
finish
