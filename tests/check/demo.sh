#!/bin/sh
# SPDX-License-Identifier: MIT
# `make demo`: from a fresh machine to a capture that was taken, summarised, printed, cut and merged.

build=build/release
out=build/demo

title() { printf '\n== %s\n' "$*"; }

# As root; nothing where there is neither root nor sudo.
as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else return 1; fi
}

record() {
	[ -x $build/scapcap ] || { echo 'scapcap was not built here'; return 1; }
	# Two seconds in all, the workload within them; pairs, so that every reader there is can open it.
	(sleep 0.7; exec python3 tests/check/workload.py) &
	as_root $build/scapcap --pairs -w $out/live.scap -d 2 2>$out/scapcap.log
	status=$?
	wait
	cat $out/scapcap.log
	as_root chown "$(id -u):$(id -g)" $out/live.scap 2>/dev/null
	return $status
}

# Without eBPF: the workload alone, traced, which takes no rights.
trace() {
	[ -x $build/scapcap ] || return 1
	rm -f $out/live.scap
	$build/scapcap --pairs -w $out/live.scap --ptrace -- python3 tests/check/workload.py
}

# Some twenty events of the workload, from the one in which cat opens a file.
range() {
	first=$($build/scapcat -p '%evt.num %proc.name %evt.type %fd.name' "$1" 2>/dev/null |
		awk '$2 == "cat" && $3 == "openat" && $4 ~ "/etc/hostname" { print $1; exit }')
	echo "${first:=1}-$((first + 20))"
}

set -e
as_root sh tests/check/deps.sh packages.txt || echo 'not root: packages cannot be installed, trying without'
make -j2
mkdir -p $out
rm -f $out/*
set +e

title 'scapcap: two seconds of system calls'
capture=$out/live.scap
if ! record; then
	echo 'No capture of the machine here (it needs root, eBPF and BTF): tracing the workload alone.'
	if ! trace; then
		echo 'Nor that: going on with a capture from fixtures/.'
		capture=fixtures/workload.scap
	fi
fi

set -e
title "scapinfo $capture"
$build/scapinfo $capture

title 'scapcat: a few lines, the HTTP request of the workload'
$build/scapcat $capture | grep '127.0.0.1:' | grep -E ' < (connect|accept|send|recv)' | head -n 8

range=$(range $capture)
title "scapedit: events $range alone still have their names"
$build/scapedit $capture $out/slice.scap "$range"
$build/scapcat $out/slice.scap | head -n 10

title 'scapmerge: a workload recorded before, and its packets'
$build/scapmerge -w $out/merged.pcapng fixtures/workload.scap fixtures/workload.pcapng
$build/scapinfo $out/merged.pcapng | head -n 24

printf '\nThe files are in %s.\n' $out
