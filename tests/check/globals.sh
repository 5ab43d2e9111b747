#!/bin/sh
# SPDX-License-Identifier: MIT
# libcommon keeps no mutable globals, and only cli/ prints or exits. Usage: globals.sh LIBCOMMON.A

status=0
# Sanitizers and compilers add symbols of their own; they start with two underscores or a dot.
objdump -t "$1" | awk '/ O / && /\.(data|bss)/ && !/rel\.ro/ && $NF !~ /^(__|\.)/ { print; bad = 1 }
	END { exit bad }' || status=1
grep -rnE '(^|[^>.a-z_])(printf|puts|putchar|perror|exit|abort)\(|\bfprintf\(|\bstd(out|err)\b' \
	libcommon --include='*.[ch]' | grep -v '^libcommon/cli/' | grep -vE '^[^:]*:[0-9]+:\s*(/?\*|//)' |
	grep -vE 's?n?v?s?n?printf\(' && status=1
grep -rnwE 'strtou?ll?|ato(i|l|ll|f)' libcommon tools --include='*.[ch]' |
	grep -v '^libcommon/cli/parse' && { echo 'numbers are parsed in cli/parse.c'; status=1; }
exit $status
