#!/bin/sh
# SPDX-License-Identifier: MIT
# All of `make check`: the Criterion program, the replay of the fuzz corpora, the rules of the tree.
# Usage: run.sh BUILD_DIR FUZZ_PROGRAM...

build=$1
shift
. tests/check/lib.sh

# Leaks in a log whose stacks pass through our code, which is named by its lines. Criterion itself now
# and then leaks some bytes when a test ends while another starts; such stacks name libraries, and at
# most the program, which is in a folder called tests.
our_leaks() {
	awk '/ leak of / { block = 1; ours = 0 }
		block && /^ *#/ && /(libcommon|tools|tests)\/[^ ]*\.[ch]:[0-9]/ { ours = 1 }
		/^[[:space:]]*$/ { if (block && ours) bad = 1; block = 0 }
		END { exit !(bad || (block && ours)) }' "$1"
}

# Criterion forks a process per test, where a leak is printed but does not fail it: look for it. In
# its own process a leak would, so leaks are left to us there, too.
unit() {
	log=$build/tests/unit.log
	LSAN_OPTIONS=exitcode=0 "$build/tests/run" --jobs 2 >"$log" 2>&1
	status=$?
	tail -n 200 "$log"
	! grep -q 'ERROR: AddressSanitizer\|runtime error:' "$log" || return 1
	! our_leaks "$log" || { echo 'leaks'; return 1; }
	return $status
}

replay() {
	name=${1##*/fuzz_}
	"$1" "tests/fuzz/corpus/$name" fixtures
}

# The count of single tests is Criterion's own; ours counts it as one.
check 'unit, golden, round trip and prefix tests' unit
grep -h 'Synthesis' "$build/tests/unit.log" | sed 's/^/        /'
for f in "$@"; do
	check "corpus of ${f##*/}" replay "$f"
done
check 'layers point one way' sh tests/check/layers.sh
check 'every header compiles alone' sh tests/check/headers.sh
check 'the library has no mutable globals and never prints' sh tests/check/globals.sh "$build/libcommon.a"
check 'sizes of functions and files' python3 tests/check/sizes.py
check 'declarations have contracts' python3 tests/check/contracts.py
check 'man pages' sh tests/check/man.sh "$build"
check 'completion of command lines' sh tests/check/completion.sh "$build"
check 'examples of what is documented' python3 tests/check/examples.py "$build"
check 'installation' sh tests/check/install.sh "$build"
finish
