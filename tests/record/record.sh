#!/bin/sh
# SPDX-License-Identifier: MIT
# Records fixtures/workload.scap (pairs), fixtures/exits.scap and fixtures/workload.pcapng anew: the
# workload in an empty environment, trimmed to what it did. As root, with dumpcap.
# Usage: record.sh BUILD_DIR

set -e
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")/../.." && pwd)
work=/tmp/record # a fixed name: it is in the events
trap 'rm -rf "$work"' EXIT
rm -rf "$work"
mkdir "$work"

# Out of whatever groups we were started in: their names are in the events.
for group in /sys/fs/cgroup /sys/fs/cgroup/*/; do
	[ -f "$group/cgroup.procs" ] && echo $$ >"$group/cgroup.procs" 2>/dev/null || true
done
install -m 755 "$build/scapcap" "$here/tests/check/workload.py" "$work"
cd "$work"
dumpcap -q -i lo -w net.pcapng -a duration:12 2>/dev/null &
sleep 1
for shape in pairs exits; do
	option=$([ $shape = pairs ] && echo --pairs || true)
	env -i PATH=/usr/bin:/bin ./scapcap $option -w $shape.scap -- /usr/bin/python3 -S -E -B workload.py
	"$build/tests/trim" $shape.scap $shape.trimmed
	sleep 1
done
kill %1 2>/dev/null || true
wait
cp pairs.trimmed "$here/fixtures/workload.scap"
cp exits.trimmed "$here/fixtures/exits.scap"
install -m 644 net.pcapng "$here/fixtures/workload.pcapng"
