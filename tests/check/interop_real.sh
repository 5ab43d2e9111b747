#!/bin/sh
# SPDX-License-Identifier: MIT
# The second half of `make interop`: captures of a web server with clients, of a compiler run and of a
# container that starts are read by the programs that people use: all of them, without a word, and with
# names. Usage: interop_real.sh BUILD_DIR; INTEROP_TREE as for interop.sh, which makes the tree.

if [ -z "$INTEROP_ALONE" ] && unshare -m true 2>/dev/null; then
	INTEROP_ALONE=1 exec unshare -m sh "$0" "$@"
fi

build=$1
tree=${INTEROP_TREE:-${XDG_CACHE_HOME:-$HOME/.cache}/scaptools/sid}
work=$build/interop-real
TZ=UTC
export TZ
. tests/check/lib.sh

skip() { printf '  skip  %s\n' "$*"; }
newer() { chroot "$tree" env -i PATH=/usr/sbin:/usr/bin TZ=UTC HOME=/tmp "$@"; }

# record KIND SHAPE: what becomes of the workload is its exit status.
record() {
	options=
	[ "$2" = exits ] || options=--pairs
	folder=$(mktemp -d)
	chmod 755 "$folder"
	"$build/scapcap" $options -w "$work/data/$1-$2.scap" -f -- sh tests/check/real_workload.sh "$1" "$folder" \
		2>"$work/errors"
	status=$?
	rm -rf "$folder"
	return $status
}

# no_word COMMAND...: it succeeds, and says nothing but that it is root.
no_word() {
	"$@" >"$work/lines" 2>"$work/errors" || { echo "status $?"; cat "$work/errors"; return 1; }
	! grep -v '^Running as user' "$work/errors" | head -n 3 | grep .
}

# all_events FILE COMMAND...: the same, with a line for each event.
all_events() {
	want=$("$build/scapcat" "$work/data/$1" | wc -l)
	shift
	no_word "$@" || return 1
	got=$(grep -c '^ *[0-9]' "$work/lines")
	[ "$got" = "$want" ] || { echo "$got events, expected $want"; return 1; }
}

# has_names FILE COMMAND...: where scapcat has the name of a process, descriptor or user, so has sysdig.
# Events are found by time and thread, since a newer one that folds pairs gives them other numbers; it is
# the exit records that it shows. sysdig takes no mmap, and 0.29.3 no unlinkat, as one of a descriptor.
has_names() {
	file=$1
	shift
	key='%evt.rawtime.%thread.tid.%evt.type.%evt.dir'
	for what in proc.name fd.name user.name; do
		"$build/scapcat" -p "$key|%$what" "$work/data/$file" >"$work/ours"
		no_word "$@" -p "*$key|%$what" || return 1
		awk -F'|' -v what="$what" '
			NR == FNR { ours[$1] = $2; next }
			$1 in ours { n++ }
			$1 ~ /[.](mmap|[a-z]*[^n]at)[.]/ { next }
			$2 == "<NA>" && ours[$1] != "<NA>" && ours[$1] != "" && bad++ < 3 {
				print what " of " $1 " is missing, not " ours[$1]
			}
			END { if (!n) print "no events"; exit bad || !n }' "$work/ours" "$work/lines" || return 1
	done
}

# tells PATTERN COMMAND...: a line that the program prints matches.
tells() {
	pattern=$1
	shift
	no_word "$@" && grep -Eq "$pattern" "$work/lines" || { echo "nothing matches $pattern"; return 1; }
}

# What must be among the lines of a capture.
mark_of() {
	case $1 in
	web) echo 'curl.* connect .*127.0.0.1' ;;
	compiler) echo 'cc1.* openat .*stdio.h' ;;
	container) echo 'cat.* openat .*/etc/passwd' ;;
	esac
}

rm -rf "$work"
mkdir -p "$work/data"
have_tree=false
if [ -x "$tree/usr/bin/strato" ]; then
	have_tree=true
	mkdir -p "$tree/data"
	mount --bind "$work/data" "$tree/data" && trap 'umount "$tree/data"' EXIT
else
	skip 'newer peers: no sid tree'
fi

for kind in web compiler container; do
	for shape in exits pairs; do
		record "$kind" "$shape"
		status=$?
		[ $status = 0 ] || {
			skip "$kind: $(tail -n 1 "$work/errors") (status $status)"
			continue
		}
		file=$kind-$shape.scap
		[ "$shape" = pairs ] && command -v sysdig >/dev/null && {
			check "$kind, $shape: sysdig of this system reads all of it without a word" \
				all_events "$file" sysdig -r "$work/data/$file"
			check "$kind, $shape: and has the names" has_names "$file" sysdig -r "$work/data/$file"
			check "$kind, $shape: and shows what happened" tells "$(mark_of "$kind")" sysdig -r "$work/data/$file"
			[ "$kind" != container ] || check "$kind, $shape: and the container's name and image" tells \
				'^webbox box:7 cat' sysdig -r "$work/data/$file" \
				-p '%container.name %container.image %proc.name'
		}
		$have_tree || continue
		check "$kind, $shape: newer sysdig has the names" has_names "$file" newer sysdig -r "/data/$file"
		check "$kind, $shape: and shows what happened" tells "$(mark_of "$kind")" newer sysdig -r "/data/$file"
		# It folds pairs into one record as it reads.
		if [ "$shape" = exits ]; then
			check "$kind, $shape: newer sysdig reads all of it without a word" \
				all_events "$file" newer sysdig -r "/data/$file"
			check "$kind, $shape: strato lists all of it without a word" \
				all_events "$file" newer strato -r "/data/$file"
		else
			check "$kind, $shape: newer sysdig reads it without a word" \
				no_word newer sysdig -r "/data/$file"
		fi
	done
done
finish
