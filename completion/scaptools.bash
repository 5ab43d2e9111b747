# SPDX-License-Identifier: MIT
# Completion for bash: options are those of --help, fields and profiles those of scapcat's lists.

_scaptools()
{
	local tool=$1 cur=$2 prev=$3 words=

	COMPREPLY=()
	case $prev in
	-e | --field | --columns | -Y | --filter | --around)
		words=$(scapcat -l 2>/dev/null | sed -n 's/^  \([a-z][a-z0-9_.]*\) .*/\1/p') ;;
	-l | --list)
		[ "${tool##*/}" = scapcat ] && words=$(scapcat -l 2>/dev/null | sed -n 's/^  \([a-z][a-z0-9_.]*\) .*/\1/p') ;;
	--profile)
		words=$(scapcat --list-profiles 2>/dev/null | cut -d' ' -f1) ;;
	--syscall | --exclude)
		words=$(scapcat -L 2>/dev/null | sed 's/.*[<>] \([a-z0-9_]*\)(.*/\1/') ;;
	esac
	if [ -z "$words" ]; then
		case $cur in
		-*) words=$("$tool" --help 2>/dev/null | grep -E '^ +-' |
			grep -oE '(^| )--?[A-Za-z0-9][A-Za-z0-9-]*') ;;
		esac
	fi
	[ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$cur"))
}

complete -o default -F _scaptools scapcap scapcat scapedit scapinfo scapmerge
