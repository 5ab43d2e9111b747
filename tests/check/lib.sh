# SPDX-License-Identifier: MIT
# Counting and telling, for the check scripts: sourced, not run.

passed=0
failed=0

# check NAME COMMAND...: runs the command; its output is shown only when it fails.
check() {
	name=$1
	shift
	if out=$("$@" 2>&1); then
		passed=$((passed + 1))
		printf '  ok    %s\n' "$name"
	else
		failed=$((failed + 1))
		printf '  FAIL  %s\n' "$name"
		printf '%s\n' "$out" | sed 's/^/        /'
	fi
}

# finish: the closing line, and the exit status of the script.
finish() {
	printf '%d passed, %d failed\n' "$passed" "$failed"
	[ "$failed" -eq 0 ]
}
