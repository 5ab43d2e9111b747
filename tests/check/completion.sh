#!/bin/sh
# SPDX-License-Identifier: MIT
# What bash completes. Usage: completion.sh BUILD_DIR

command -v bash >/dev/null || { echo 'no bash'; exit 0; }
PATH=$(cd "$1" && pwd):$PATH exec bash -c '
	. completion/scaptools.bash || exit 1
	status=0
	# Of a tool, the word behind another one: what is there, or nothing.
	expect() {
		local got
		_scaptools "$1" "$2" "$3"
		got=" ${COMPREPLY[*]} "
		case $got in *" $4 "*) ;; *) echo "$1 $3 $2: $4 is not in:$got"; status=1 ;; esac
	}
	for tool in scapcat scapedit scapinfo scapmerge; do
		expect $tool --vers $tool --version
		expect $tool --hel $tool --help
	done
	expect scapcat --prof trace.scap --profile
	expect scapedit -Y scapedit -Y
	expect scapcat proc.na -e proc.name
	expect scapedit fd.na -Y fd.name
	expect scapcat proc.na -l proc.name
	expect scapcat net --profile network
	expect scapcap opena --syscall openat
	expect scapcat tra -r ""
	exit $status'
