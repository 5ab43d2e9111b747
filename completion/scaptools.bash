# SPDX-License-Identifier: MIT
# Completion for bash: options are those of --help; values are what the tools list, or say there is
# when they are given none of them.

# The values of an option: what stands in "'?' is none of A, B" and the like.
_scaptools_values()
{
	"$1" "$2" '?' </dev/null 2>&1 | sed -n "s/ (.*//; s/ with a value//; s/ nor / /; s/ or / /; s/=[A-Z]*/=/g
		s/.*'?' is n\(one of\|either\|o version.* one of\|o\) //p" | tr -d ,
}

# Behind "--" there is a command, with completion of its own.
_scaptools_command()
{
	local i

	for ((i = 1; i < COMP_CWORD; i++)); do
		[ "${COMP_WORDS[i]}" = -- ] || continue
		if declare -F _command_offset >/dev/null; then
			_command_offset $((i + 1))
		elif [ $i = $((COMP_CWORD - 1)) ]; then
			mapfile -t COMPREPLY < <(compgen -c -- "$1")
		fi
		return 0
	done
	return 1
}

_scaptools()
{
	local tool=$1 cur=$2 prev=$3 words=

	COMPREPLY=()
	[ "${tool##*/}" = scapcap ] && _scaptools_command "$cur" && return
	case $prev in
	-e | --field | --columns | -Y | --filter | --around)
		words=$(scapcat -l 2>/dev/null | sed -n 's/^  \([a-z][a-z0-9_.]*\) .*/\1/p') ;;
	-l | --list)
		[ "${tool##*/}" = scapcat ] && words=$(scapcat -l 2>/dev/null | sed -n 's/^  \([a-z][a-z0-9_.]*\) .*/\1/p') ;;
	--profile)
		words=$(scapcat --list-profiles 2>/dev/null | cut -d' ' -f1) ;;
	--syscall | --exclude)
		words=$(scapcat -L 2>/dev/null | sed 's/.*[<>] \([a-z0-9_]*\)(.*/\1/') ;;
	-T | --format | -t | --time | --color | -z | --compress | -b | --next-file | -a | --autostop | \
	--dump-on | --layout | -I | --interfaces | --align | --only | --keep-state | --endian | --split | \
	--downgrade | --schema)
		words=$(_scaptools_values "$tool" "$prev") ;;
	esac
	if [ -z "$words" ]; then
		case $cur in
		-*) words=$("$tool" --help 2>/dev/null | grep -E '^(  |      )-' |
			grep -oE '(^| )--?[A-Za-z0-9][A-Za-z0-9-]*') ;;
		esac
	fi
	[ -n "$words" ] || return
	COMPREPLY=($(compgen -W "$words" -- "$cur"))
	case ${COMPREPLY[0]} in *[=:]) compopt -o nospace 2>/dev/null ;; esac
}

complete -o default -F _scaptools scapcap scapcat scapedit scapinfo scapmerge
