#!/bin/sh
# SPDX-License-Identifier: MIT
# `make interop`: what we write, read by the programs that people use: sysdig of this system, and
# newer peers (sysdig, strato, tshark) in a Debian sid tree, which is made when it can be and kept.
# What cannot be had is skipped with a word. Usage: interop.sh BUILD_DIR; INTEROP_TREE names the tree.

# What is mounted here is nobody else's, so that several may run at a time.
if [ -z "$INTEROP_ALONE" ] && unshare -m true 2>/dev/null; then
	INTEROP_ALONE=1 exec unshare -m sh "$0" "$@"
fi

build=$1
tree=${INTEROP_TREE:-${XDG_CACHE_HOME:-$HOME/.cache}/scaptools/sid}
work=$build/interop
TZ=UTC
export TZ
. tests/check/lib.sh

skip() { printf '  skip  %s\n' "$*"; }

make_tree() {
	[ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null || return 1
	mirror=$(apt-get indextargets --format '$(SITE)' | head -n 1)
	mkdir -p "$tree"
	debootstrap --variant=minbase sid "$tree" "$mirror" >"$work/tree.log" 2>&1 &&
		echo 'Acquire::Check-Valid-Until "false";' >"$tree/etc/apt/apt.conf.d/99valid" &&
		chroot "$tree" apt-get -qq update >>"$work/tree.log" 2>&1 &&
		DEBIAN_FRONTEND=noninteractive chroot "$tree" apt-get -qq -y --no-install-recommends install \
			sysdig stratoshark tshark wireshark-common >>"$work/tree.log" 2>&1
}

# newer PROGRAM ARGUMENT...: runs it in the tree; files are given as /data/NAME.
newer() { chroot "$tree" env -i PATH=/usr/sbin:/usr/bin TZ=UTC HOME=/tmp "$@"; }

# Succeeds when the command does and prints at least COUNT lines.
lines_at_least() {
	want=$1
	shift
	"$@" >"$work/lines" 2>"$work/errors" || { cat "$work/errors"; return 1; }
	got=$(wc -l <"$work/lines")
	[ "$got" -ge "$want" ] || { echo "$got lines, expected $want"; cat "$work/errors"; return 1; }
}

# Both commands print the same.
same_output() {
	sh -c "$1" >"$work/one" 2>&1 || { cat "$work/one"; return 1; }
	sh -c "$2" >"$work/two" 2>&1 || { cat "$work/two"; return 1; }
	diff "$work/one" "$work/two" | head -n 5
	cmp -s "$work/one" "$work/two"
}

# The calls of the workload, with their names, in what a reader prints.
has_names() {
	"$@" >"$work/lines" 2>"$work/errors" || { cat "$work/errors"; return 1; }
	grep -q 'cat.*openat.*/etc/hostname' "$work/lines" || { echo 'no cat opening /etc/hostname'; return 1; }
	grep -q 'python.*connect.*127.0.0.1' "$work/lines" || { echo 'no connection of python'; return 1; }
}

# Frames and events are the same numbers.
frames_are_events() {
	frames=$(newer strato -r "/data/$1" 2>/dev/null | wc -l)
	events=$("$build/scapinfo" -J "$work/data/$1" | sed -n 's/.*"events": *\([0-9]*\).*/\1/p' | head -n 1)
	[ "$frames" = "$events" ] || { echo "$frames frames, $events events"; return 1; }
}

record() {
	[ -x "$build/scapcap" ] || return 1
	(sleep 0.5; exec python3 tests/check/workload.py) &
	"$build/scapcap" "$@" -d 2 2>"$work/errors"
	status=$?
	wait
	return $status
}

unnumbered='%evt.time %evt.dir %evt.type %proc.name %proc.pname %fd.name %evt.args'

rm -rf "$work"
mkdir -p "$work/data"
have_tree=false
if [ -x "$tree/usr/bin/strato" ] || make_tree; then
	have_tree=true
	mkdir -p "$tree/data"
	mount --bind "$work/data" "$tree/data" && trap 'umount "$tree/data"' EXIT
else
	skip 'newer peers: no sid tree, and none can be made here (root and debootstrap needed)'
fi

cp fixtures/workload.scap "$work/data/pairs.scap"
cp fixtures/exits.scap "$work/data/exits.scap"
if record -w "$work/data/live-exits.scap" && record --pairs -w "$work/data/live-pairs.scap"; then
	kinds='exits pairs live-exits live-pairs'
else
	skip "live captures: $(head -n 1 "$work/errors")"
	kinds='exits pairs'
fi

# sysdig of this system prints every event of a file, and no message.
prints_all() {
	sysdig -r "$1" >"$work/lines" 2>"$work/errors" || { cat "$work/errors"; return 1; }
	[ ! -s "$work/errors" ] || { cat "$work/errors"; return 1; }
	got=$(wc -l <"$work/lines")
	want=$("$build/scapcat" "$1" | wc -l)
	[ "$got" = "$want" ] || { echo "$got lines, expected $want"; return 1; }
}

# The newer sysdig and scapcat print the same parameters of every event, and no message; but for words
# that older and newer versions of it have otherwise.
prints_as_scapcat() {
	line='%evt.num %evt.dir %evt.type %evt.args'
	newer sysdig -r "/data/$1.scap" -p "$line" >"$work/one" 2>"$work/errors" && [ ! -s "$work/errors" ] ||
		{ cat "$work/errors"; return 1; }
	"$build/scapcat" -p "$line" "$work/data/$1.scap" |
		sed 's|<UNKNOWN>/||g; s/addr=NULL/addr=<NA>/' >"$work/two"
	[ -s "$work/one" ] || { echo nothing; return 1; }
	diff "$work/one" "$work/two" | head -n 5
	cmp -s "$work/one" "$work/two"
}

# Traced, which takes no rights; and known calls of all families.
trace() {
	[ -x "$build/scapcap" ] &&
		"$build/scapcap" -q -w "$work/data/traced-exits.scap" --ptrace -- python3 tests/check/workload.py &&
		"$build/scapcap" -q --pairs -w "$work/data/traced-pairs.scap" --ptrace -- python3 tests/check/workload.py &&
		"$build/scapcap" -q --pairs -w "$work/data/known.scap" --ptrace -- "$build/tests/known-calls" "$work/known.log" &&
		"$build/scapcap" -q -w "$work/data/known-exits.scap" --ptrace -- "$build/tests/known-calls" "$work/known.log"
}
if trace 2>"$work/errors"; then
	kinds="$kinds traced-exits traced-pairs"
	command -v sysdig >/dev/null && check 'known calls: sysdig of this system lists them' \
		prints_all "$work/data/known.scap"
	$have_tree && check 'known calls: newer sysdig prints the parameters that scapcat does' \
		prints_as_scapcat known-exits
	[ -f "$work/data/live-exits.scap" ] && $have_tree &&
		"$build/scapcap" -q -f -w "$work/data/known-live.scap" -- "$build/tests/known-calls" "$work/known.log" &&
		check 'known calls: and of those that programs in the kernel captured' \
			prints_as_scapcat known-live
else
	skip "traced captures: $(head -n 1 "$work/errors")"
fi

# The capture cut in two parts that overlap, and merged again.
cut_and_merge() {
	"$build/scapedit" "$work/data/$1.scap" "$work/part1" 1-1000 &&
		"$build/scapedit" "$work/data/$1.scap" "$work/part2" 501- &&
		"$build/scapmerge" -w "$work/data/$1-whole.scap" "$work/part2" "$work/part1" 2>"$work/errors"
}

# The capture for the newest and for the oldest programs.
convert() {
	"$build/scapedit" --upgrade "$work/data/$1.scap" "$work/data/$1-new.scap" 2>"$work/errors" &&
		"$build/scapedit" --downgrade sysdig-0.29 "$work/data/$1.scap" "$work/data/$1-old.scap" \
			2>"$work/errors"
}

# What the newer sysdig prints of both captures. It does not give a connect the address that the enter
# record of an original names; an upgraded record has it.
prints_same() {
	for file in "$1" "$2"; do
		newer sysdig -r "/data/$file.scap" 2>&1 | sed 's/\( < connect .*\) addr=[^ ]*$/\1/' >"$work/$file.txt"
	done
	[ -s "$work/$1.txt" ] && cmp "$work/$1.txt" "$work/$2.txt"
}

# Without what a reader could trip over, and with a comment. The numbers of lines stay.
change() {
	"$build/scapedit" --event-comment 5:here -s 20 --strip-env --strip-comments \
		"$work/data/$1.scap" "$work/data/$1-changed.scap"
}

# Given away: who reads the whole reads this.
redact() {
	"$build/scapedit" --redact packets=headers "$work/data/$1.scap" "$work/data/$1-redacted.scap" 2>"$work/errors" ||
		{ cat "$work/errors"; return 1; }
}
# slice_prints_the_same FILTER FOLDER FILE COMMAND...: sysdig, run by the command, prints of a slice with
# only the state that its events show what it prints of these events in the whole, but for their numbers.
slice_prints_the_same() {
	filter=$1
	folder=$2
	file=$3
	shift 3
	"$build/scapedit" -q -Y "$filter" "$work/data/$file" "$work/data/$file.part" || return 1
	"$@" sysdig -r "$folder/$file" "$filter" 2>/dev/null | sed 's/^[0-9]* //' >"$work/one"
	"$@" sysdig -r "$folder/$file.part" "$filter" 2>/dev/null | sed 's/^[0-9]* //' >"$work/two"
	[ -s "$work/one" ] || { echo "nothing passes $filter"; return 1; }
	diff "$work/one" "$work/two" | head -n 5
	cmp -s "$work/one" "$work/two"
}

for capture in ../shared/captures/*.scap; do
	[ -f "$capture" ] || continue
	scap=$(basename "$capture")
	cp "$capture" "$work/data/$scap"
	chmod u+w "$work/data/$scap"
	for filter in 'evt.type=close' 'evt.is_io=true'; do
		command -v sysdig >/dev/null && sysdig -r "$capture" "$filter" 2>/dev/null | grep -q . &&
			check "$scap: sysdig of this system prints a slice of $filter as the whole" \
				slice_prints_the_same "$filter" "$work/data" "$scap" env
		$have_tree && newer sysdig -r "/data/$scap" "$filter" 2>/dev/null | grep -q . &&
			check "$scap: newer sysdig prints a slice of $filter as the whole" \
				slice_prints_the_same "$filter" /data "$scap" newer
	done
done

# parts_print_the_whole KIND BY FOLDER COMMAND...: sysdig, run by the command, prints for all parts
# together, but for numbers, what it prints for the whole.
parts_print_the_whole() {
	kind=$1
	by=$2
	folder=$3
	shift 3
	line='*%evt.rawtime %evt.cpu %proc.name (%proc.pid.%thread.tid) %evt.dir %evt.type %fd.name %evt.info'
	"$@" sysdig -r "$folder/$kind.scap" -p "$line" | sort >"$work/lines"
	rm -rf "$work/data/parts"
	mkdir "$work/data/parts" &&
		"$build/scapedit" --split "$by" "$work/data/$kind.scap" "$work/data/parts/part.scap" || return 1
	(cd "$work/data/parts" && ls) | while read -r part; do
		"$@" sysdig -r "$folder/parts/$part" -p "$line"
	done | sort >"$work/two"
	[ -s "$work/lines" ] || { echo nothing; return 1; }
	diff "$work/lines" "$work/two" | head -n 5
	cmp -s "$work/lines" "$work/two"
}

for kind in $kinds; do
	convert "$kind"
	command -v sysdig >/dev/null && {
		check "$kind: sysdig of this system reads all of the downgraded capture" \
			prints_all "$work/data/$kind-old.scap"
		check "$kind: and resolves names" has_names sysdig -r "$work/data/$kind-old.scap"
	}
	$have_tree && {
		check "$kind: newer sysdig prints the same of the upgraded capture" \
			prints_same "$kind" "$kind-new"
		check "$kind: and resolves names in the downgraded one" has_names newer sysdig \
			-r "/data/$kind-old.scap"
		check "$kind: strato lists the upgraded capture" lines_at_least 100 newer strato \
			-r "/data/$kind-new.scap"
	}
	"$build/scapmerge" --attribute -w "$work/data/$kind-merged.pcapng" "$work/data/$kind.scap" \
		fixtures/workload.pcapng
	check "$kind: parts are merged to the whole" cut_and_merge "$kind"
	"$build/scapcat" -Y proc.name=cat -w "$work/data/$kind-kept.scap" "$work/data/$kind.scap"
	check "$kind: it is changed" change "$kind"
	check "$kind: it is redacted" redact "$kind"
	case $kind in
	*pairs)
		command -v sysdig >/dev/null && {
			check "$kind: sysdig of this system resolves names" has_names sysdig -r "$work/data/$kind.scap"
			check "$kind: the merge prints the same there" same_output \
				"sysdig -r $work/data/$kind.scap" "sysdig -r $work/data/$kind-merged.pcapng"
			check "$kind: so do merged parts" same_output \
				"sysdig -r $work/data/$kind.scap" "sysdig -r $work/data/$kind-whole.scap"
			check "$kind: what scapcat keeps reads as in the whole" same_output \
				"sysdig -r $work/data/$kind.scap -p '$unnumbered' proc.name=cat" \
				"sysdig -r $work/data/$kind-kept.scap -p '$unnumbered'"
			# Between events that it does not show, 0.29.3 itself tells descriptors apart
			# otherwise than without a filter: so by key only what has few of them.
			for by in events=700 seconds=0.3 size=200k; do
				check "$kind: so do parts by $by together" \
					parts_print_the_whole "$kind" "$by" "$work/data" env
			done
			[ "$kind" != pairs ] || for by in process thread field=evt.dir; do
				check "$kind: so do parts by $by together" \
					parts_print_the_whole "$kind" "$by" "$work/data" env
			done
			check "$kind: sysdig reads all of what was changed" same_output \
				"sysdig -r $work/data/$kind.scap | wc -l" \
				"sysdig -r $work/data/$kind-changed.scap | wc -l"
			check "$kind: and of what was redacted" same_output \
				"sysdig -r $work/data/$kind.scap | wc -l" \
				"sysdig -r $work/data/$kind-redacted.scap | wc -l"
		}
		;;
	esac
	command -v tshark >/dev/null && check "$kind: tshark of this system lists the merge" \
		lines_at_least 100 tshark -r "$work/data/$kind-merged.pcapng"
	$have_tree || continue
	check "$kind: newer sysdig resolves names" has_names newer sysdig -r "/data/$kind.scap"
	check "$kind: the merge prints the same there" same_output \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind.scap" \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind-merged.pcapng"
	check "$kind: so do merged parts" same_output \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind.scap" \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind-whole.scap"
	check "$kind: so does what scapcat keeps" same_output \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind.scap -p '$unnumbered' proc.name=cat" \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind-kept.scap -p '$unnumbered'"
	for by in events=700 process thread field=evt.dir; do
		check "$kind: newer sysdig prints for parts by $by what it does for the whole" \
			parts_print_the_whole "$kind" "$by" /data newer
	done
	check "$kind: newer sysdig reads all of what was changed" same_output \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind.scap | wc -l" \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind-changed.scap | wc -l"
	check "$kind: and of what was redacted" same_output \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind.scap | wc -l" \
		"chroot $tree env TZ=UTC sysdig -r /data/$kind-redacted.scap | wc -l"
	check "$kind: newer tshark lists what was changed" same_output \
		"chroot $tree tshark -r /data/$kind.scap | wc -l" \
		"chroot $tree tshark -r /data/$kind-changed.scap | wc -l"
	check "$kind: newer tshark lists the merge" lines_at_least 100 newer tshark -r "/data/$kind-merged.pcapng"
	check "$kind: strato lists it" lines_at_least 100 newer strato -r "/data/$kind.scap"
	case $kind in *exits) check "$kind: strato's frames are the events" frames_are_events "$kind.scap" ;; esac
	check "$kind: strato lists the merge" lines_at_least 100 newer strato -r "/data/$kind-merged.pcapng"
done

# Old captures of others, where there are any: the newer sysdig folds them as it reads.
for capture in ../shared/captures/*.scap; do
	$have_tree && [ -f "$capture" ] || continue
	kind=$(basename "$capture" .scap)
	cp "$capture" "$work/data/$kind.scap"
	convert "$kind"
	check "$kind: newer sysdig prints the same of the upgraded capture" \
		prints_same "$kind" "$kind-new"
	command -v sysdig >/dev/null && check "$kind: sysdig of this system opens the downgraded one" \
		lines_at_least 2 sysdig -r "$work/data/$kind-old.scap"
done
finish
