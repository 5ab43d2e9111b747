#!/bin/sh
# SPDX-License-Identifier: MIT
# What bash and zsh complete. Usage: completion.sh BUILD_DIR

status=0
PATH=$(cd "$1" && pwd):$PATH
export PATH
if command -v bash >/dev/null; then bash -c '
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
	expect scapcat "" -T jsonl
	expect scapedit "" --split events=
	expect scapedit s --downgrade sysdig-0.29
	expect scapedit b --endian big
	expect scapmerge "" --layout interleaved
	expect scapcat tra -r ""
	COMP_WORDS=(scapcap -w x -- printen) COMP_CWORD=4
	expect scapcap printen -- printenv
	exit $status' || status=1; fi
if command -v zsh >/dev/null; then zsh -fc '
	source <(sed \$d completion/_scaptools)
	compadd() { print -r -- "$@" }
	_files() { print -- "-- files" }
	state=0
	# Of a tool, an option and what it does; what can stand behind an option.
	option() { [[ $(_scaptools_options $1) == *$2* ]] || { print "$1: no $2"; state=1 } }
	value() {
		service=$1
		[[ " ${(f)$(_scaptools_value $2)} " == *" $3 "* ]] || { print "$1 $2: no $3"; state=1 }
	}
	for tool in scapcat scapedit scapinfo scapmerge; do
		option $tool "*--version[show the version]"
		option $tool "*-h[show this help]"
	done
	option scapcat "*--profile=[look, filter, time and colours by a name\: see --list-profiles]:NAME: _scaptools_value --profile"
	option scapcat "*-w+["
	value scapcat -T jsonl
	value scapcat --profile network
	value scapedit -Y proc.name
	value scapedit --split events=
	value scapmerge --layout portable
	value scapcap --exclude openat
	value scapcat -r files
	exit $state' || status=1; fi
exit $status
