#!/bin/sh
# SPDX-License-Identifier: MIT
# Dependencies point one way: base <- io <- pcapng <- scap <- state <- filter <- format; cli on base;
# ask on filter and cli; no tool includes another; libbpf is scapcap's alone.

order='base io pcapng scap state filter format'
status=0

rank() {
	i=0
	for l in $order; do
		[ "$l" = "$1" ] && echo "$i" && return
		i=$((i + 1))
	done
	echo -1
}

includes() {
	grep -Hno '^#include "[a-z_]*/' "$@" 2>/dev/null | sed 's/#include "//; s,/$,,'
}

complain() {
	echo "$1"
	status=1
}

for layer in $order cli; do
	for hit in $(includes libcommon/"$layer"/*.[ch] libcommon/"$layer"/*.def); do
		to=${hit##*:}
		if [ "$layer" = cli ]; then
			case $to in base | cli) ;; *) complain "$hit: cli may use base only" ;; esac
		elif [ "$to" = cli ] || [ "$(rank "$to")" -gt "$(rank "$layer")" ]; then
			complain "$hit: $layer may not use $to"
		fi
	done
done
for hit in $(includes libcommon/ask/*.[ch]); do
	case ${hit##*:} in base | cli | filter | ask) ;; *) complain "$hit: ask may use filter and cli only" ;; esac
done
for tool in tools/*; do
	for other in tools/*; do
		[ "$tool" = "$other" ] && continue
		grep -rHn "#include \".*${other#tools/}/" "$tool" && complain "$tool uses $other"
	done
done
grep -rln 'bpf/libbpf\.h\|bpf/bpf\.h' libcommon tools | grep -v '^tools/scapcap/' &&
	complain 'libbpf is for scapcap alone'
exit $status
