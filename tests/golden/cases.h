/* SPDX-License-Identifier: MIT */
/* GOLDEN(name, command): see golden.c. Run in the root of the tree with TZ=UTC. */
/* clang-format off */

/* scapcat: what events look like. */
GOLDEN("cat-pairs",       "scapcat fixtures/pairs.scap")
GOLDEN("cat-old",         "scapcat fixtures/old-v1.scap")
GOLDEN("cat-hidden",      "scapcat fixtures/hidden.scap; scapcat --internal fixtures/hidden.scap")
GOLDEN("cat-newer",       "scapcat fixtures/newer.scap")
GOLDEN("cat-every-block", "scapcat fixtures/every-block.pcapng")
GOLDEN("cat-prerelease",  "scapcat fixtures/prerelease.scap | cksum; scapcat fixtures/old-v1.scap | cksum")
GOLDEN("cat-orders",      "scapcat fixtures/big-endian.scap | head -n 37 | cksum; scapcat fixtures/pairs.scap | cksum")
GOLDEN("cat-template",    "scapcat -n 4 -p '%evt.num|%-10proc.name|%8evt.type|%fd.name|%user.name|%proc.cmdline' fixtures/pairs.scap")
GOLDEN("cat-times",       "for t in h a r d D iso utc; do scapcat -t $t -n 3 -p '%evt.outputtime' fixtures/pairs.scap | paste -s; done")
GOLDEN("cat-data",        "for o in -v -A -x -X -b; do scapcat $o -p '%evt.num %evt.arg.data' fixtures/pairs.scap | sed -n '/^27 /,/^30 /p'; done")
GOLDEN("cat-joined",      "scapcat --joined fixtures/pairs.scap | cut -c1-150; scapcat --joined -p '' fixtures/exits.scap | grep -E '(vfork|wait4).*(unfinished|resumed)' | cut -c1-28")
GOLDEN("cat-tree",        "scapcat -V fixtures/pairs.scap | sed -n '/^7 /,/^8 /p' | grep -E '^[0-9]|^  [a-z]|[]]$|evt.(type|res)|proc.(name|cwd|apid|aname)|fd.name|user.name|container.id'; scapcat -V fixtures/newer.scap | grep unknown")
GOLDEN("cat-comments",    "scapcat --comments fixtures/comments.scap; scapcat -p '%evt.num %evt.duration' fixtures/comments.scap")
GOLDEN("cat-packets",     "scapcat fixtures/packets.pcapng; scapcat -p '%frame.number %evt.type %tcp.dstport' fixtures/usec-le.pcap; scapcat -n 1 -V fixtures/packets.pcapng | grep -E '^#|^  [a-z]|udp'")
GOLDEN("cat-portable",    "f=$(mktemp -d)/both.scap; scapmerge -w $f fixtures/pairs.scap fixtures/packets.pcapng; scapcat $f | cut -c1-75 | sed -n '12,36p'; scapcat <$f | cksum; gzip $f; scapcat $f.gz | cksum; zcat $f.gz | scapcat | cksum; rm -r $(dirname $f)")
GOLDEN("cat-files",       "scapcat -n 2 fixtures/pairs.scap fixtures/old-v1.scap")
GOLDEN("cat-packings",    "for f in fixtures/pairs.scap.*; do scapcat $f | cksum; done; scapcat <fixtures/pairs.scap | cksum")
GOLDEN("cat-workload",    "scapcat fixtures/exits.scap | grep -E 'hostname|127.0.0.1' | cut -d' ' -f4- | sed 's/[0-9]\\{3,\\}/N/g'")
GOLDEN("cat-filter",      "scapcat -Y 'fd.port=80 and evt.is_io=true' fixtures/pairs.scap; scapcat -Y '(proc.name == \"curl\" && evt.category in {\"net\"})' fixtures/pairs.scap | wc -l; scapmerge -w - fixtures/pairs.scap fixtures/packets.pcapng | scapcat -Y 'udp.port == 53' -")
GOLDEN("cat-filter-wrong","scapcat -Y 'proc.nam=cat' fixtures/pairs.scap; scapcat -Y 'fd.port=80 and (evt.type=' fixtures/pairs.scap; scapcat --joined -Y fd.num=3 fixtures/pairs.scap")

/* What is damaged, cut, or no capture at all: whole records first, then one message. */
GOLDEN("bad-cut",         "scapcat fixtures/cut.scap | tail -n 2; scapinfo fixtures/cut.scap | grep -E 'events:|Complete'; scapedit fixtures/cut.scap /dev/null; echo $?")
GOLDEN("bad-event",       "scapcat fixtures/bad-event.scap")
GOLDEN("bad-list",        "scapcat fixtures/bad-list.scap")
GOLDEN("bad-length",      "scapcat fixtures/bad-length.scap")
GOLDEN("bad-trailer",     "scapcat fixtures/bad-trailer.scap")
GOLDEN("bad-iflist",      "scapcat fixtures/bad-iflist.scap")
GOLDEN("bad-repaired",    "for f in iflist length trailer event list; do scapedit --repair fixtures/bad-$f.scap - | scapcat; done; scapedit --repair fixtures/cut.scap - | scapinfo - | grep -E 'events:|Complete'; scapedit --repair LICENSE -")
GOLDEN("bad-empty",       "for t in scapcat scapinfo 'scapmerge -w /dev/null'; do $t /dev/null; echo $?; done; scapedit /dev/null /dev/null")
GOLDEN("bad-text",        "for t in scapcat scapinfo 'scapmerge -w /dev/null'; do $t Makefile; echo $?; done; scapedit Makefile /dev/null")
GOLDEN("bad-directory",   "for t in scapcat scapinfo 'scapmerge -w /dev/null'; do $t fixtures; echo $?; done; scapedit fixtures /dev/null")
GOLDEN("bad-missing",     "for t in scapcat scapinfo 'scapmerge -w /dev/null'; do $t nosuch; echo $?; done; scapedit nosuch /dev/null")
GOLDEN("bad-read-error",  "for t in scapcat scapinfo 'scapmerge -w /dev/null'; do $t /proc/self/mem; echo $?; done; scapedit /proc/self/mem /dev/null")
GOLDEN("bad-among-good",  "scapinfo -T nosuch fixtures/pairs.scap | cut -f1-3")
GOLDEN("bad-gzip",        "head -c 900 fixtures/pairs.scap.gz | scapcat | tail -n 1")

/* Outputs that cannot be written, and readers that go away. */
GOLDEN("full-cat",        "scapcat fixtures/pairs.scap >/dev/full")
GOLDEN("full-info",       "scapinfo fixtures/pairs.scap >/dev/full")
GOLDEN("full-edit",       "scapedit fixtures/pairs.scap - >/dev/full")
GOLDEN("full-merge",      "scapmerge -w /dev/full fixtures/pairs.scap fixtures/packets.pcapng")
GOLDEN("no-folder",       "scapedit fixtures/pairs.scap nosuch/out.scap")
GOLDEN("pipe-closed",     "{ scapcat fixtures/exits.scap; echo $? >&2; } | head -n 1 | cut -c1-20")

/* Wrong usage. */
GOLDEN("usage",           "scapcat --nosuch; scapcat -n x; scapinfo --nosuch; scapmerge fixtures/pairs.scap; scapedit fixtures/pairs.scap; scapedit fixtures/pairs.scap /dev/null 9-3; scapcat -p '%evt.nmu'")

/* scapinfo. */
GOLDEN("info-pairs",      "scapinfo fixtures/pairs.scap")
GOLDEN("info-blocks",     "scapinfo fixtures/every-block.pcapng")
GOLDEN("info-pcap",       "scapinfo fixtures/usec-le.pcap")
GOLDEN("info-table",      "scapinfo -T fixtures/*.scap fixtures/*.pcap* 2>/dev/null")
GOLDEN("info-json",       "scapinfo -J fixtures/comments.scap | python3 -m json.tool | head -n 30")
GOLDEN("info-pipe",       "scapinfo - <fixtures/pairs.scap.gz | head -n 8")

/* scapedit. */
GOLDEN("edit-copy",       "for f in fixtures/pairs.scap fixtures/big-endian.scap fixtures/every-block.pcapng fixtures/newer.scap; do scapedit $f - | cmp - $f && echo same; done")
GOLDEN("edit-slice",      "scapedit fixtures/pairs.scap - 9-14 20 | scapcat")
GOLDEN("edit-slice-old",  "scapedit fixtures/old-v1.scap - 9-14 | scapcat")
GOLDEN("edit-slice-info", "scapedit fixtures/pairs.scap - 9-14 20 | scapinfo - | grep -vE 'size|rate|time'")
GOLDEN("edit-nothing",    "scapedit fixtures/pairs.scap - 1000 | scapinfo - | grep events")

/* scapmerge. */
GOLDEN("merge-lines",     "scapmerge -w - fixtures/pairs.scap fixtures/packets.pcapng | scapcat | cksum; scapcat fixtures/pairs.scap | cksum")
GOLDEN("merge-rotated",   "d=$(mktemp -d); scapedit fixtures/workload.scap $d/1 1-1500; scapedit fixtures/workload.scap $d/2 1001-2600; scapedit fixtures/workload.scap $d/3 2601-; scapmerge -w $d/all $d/2 $d/3 $d/1 2>$d/said; sed \"s,$d/,,g\" $d/said; scapcat $d/all | cksum; scapcat fixtures/workload.scap | cksum; rm -r $d")
GOLDEN("merge-align",     "d=$(mktemp -d); cp fixtures/workload.pcapng $d/late; scapmerge --align auto --offset $d/late:+3.25 -w $d/all fixtures/workload.pcapng $d/late fixtures/usec-le.pcap 2>&1 | sed \"s,$d/,,\"; scapmerge -w $d/same fixtures/workload.pcapng fixtures/workload.pcapng fixtures/usec-le.pcap; cmp $d/all $d/same; rm -r $d; scapmerge --align auto -w /dev/null - </dev/null")
GOLDEN("merge-info",      "scapmerge -w - fixtures/pairs.scap fixtures/packets.pcapng fixtures/usec-le.pcap fixtures/nsec-be.pcap | scapinfo -")
GOLDEN("merge-stdin",     "scapmerge -w - - fixtures/packets.pcapng <fixtures/pairs.scap.zst | scapinfo -T - | cut -f1-8")
GOLDEN("merge-packets",   "scapmerge -w - fixtures/packets.pcapng fixtures/nsec-be.pcap | scapinfo - | head -n 20")
/* clang-format on */
