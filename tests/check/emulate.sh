#!/bin/sh
# SPDX-License-Identifier: MIT
# `make emulate CROSS_COMPILE=...`: a cross build at work, in qemu's user mode: the golden cases, by the
# test program of this machine; the corpora of the fuzz targets; and, where Criterion can be had for
# the other machine, its own test program, but for live captures and what would take hours. Usage:
# emulate.sh BUILD_DIR MACHINE BUILD_DIR_OF_THIS_MACHINE FUZZ_PROGRAM...

build=$1
machine=$2
native=$3

# Linux since 6.7 can be told how to run programs of that machine for this script alone; before,
# or without qemu-user-static's list, it has to know that already (binfmt).
if [ -z "$EMULATE_ALONE" ] && ! "$build/scapcat" --version >/dev/null 2>&1; then
	# At the same addresses each time: Criterion wants its memory where it had it.
	EMULATE_ALONE=1 exec setarch -R unshare -Urm sh "$0" "$@"
fi
if [ -n "$EMULATE_ALONE" ]; then
	mount -t binfmt_misc none /proc/sys/fs/binfmt_misc &&
		cat "/usr/lib/binfmt.d/qemu-$machine.conf" >/proc/sys/fs/binfmt_misc/register
fi
"$build/scapcat" --version || { echo "emulate: programs for $machine do not run here"; exit 1; }
shift 3
. tests/check/lib.sh

# Suites of live captures, and those that try very many of something.
suites_left_out() {
	grep -ho '^Test([a-z_]*' tests/capture/*.c | cut -c6- | sort -u | tr '\n' '|'
	echo 'golden|cat_shortcuts|edit_files|edit_slice|edit_split|truncate'
}

# And tests of what the emulator is between: second views of memory, /proc of processes that it runs.
tests_left_out() {
	echo 'mem_ring/*|proc_scan/descriptors*|proc_scan/this_machine|naming/users_of_a_container*'
}

replay() {
	name=${1##*/fuzz_}
	"$1" "tests/fuzz/corpus/$name" fixtures
}

check 'golden cases' "$native/tests/run" --jobs 2 --filter 'golden/*'
for f in "$@"; do
	check "corpus of ${f##*/}" replay "$f"
done
if [ -x "$build/tests/run" ]; then
	check 'unit tests' "$build/tests/run" --jobs 2 --filter "!(@($(suites_left_out))/*|$(tests_left_out))"
fi
finish
