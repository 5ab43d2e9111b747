#!/bin/sh
# SPDX-License-Identifier: MIT
# Every header compiles by itself, and every module is a .c and a .h of the same name.

status=0
for h in $(find libcommon tools tests -name "*.h" ! -name "*.bpf.h" ! -name cases.h); do
	echo "#include \"$h\"" | ${CC:-gcc} -std=c11 -D_GNU_SOURCE -Ilibcommon -I. -Itests \
		-Wall -Wextra -Werror -fsyntax-only -x c - || { echo "$h"; status=1; }
done
exit $status
