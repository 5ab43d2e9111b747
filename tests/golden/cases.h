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
GOLDEN("cat-functions",   "scapcat -n 3 -Y fd.type=file -p '%evt.num %8toupper(proc.name)|%basename(fd.name)|%concat(evt.dir, \" \", evt.type)' fixtures/pairs.scap; scapcat -p '%toupper(fd.num)' -; scapcat -p '%nosuch(fd.name)' -")
GOLDEN("cat-require",     "scapcat --require -p '%evt.num %evt.res %fd.name' fixtures/pairs.scap | head -n 4; scapcat --require -p '*%evt.num %fd.name' fixtures/pairs.scap | wc -l; scapcat --require --joined -")
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
GOLDEN("cat-filter-wrong","scapcat -Y 'proc.nam=cat' fixtures/pairs.scap; scapcat -Y 'fd.port=80 and (evt.type=' fixtures/pairs.scap")
GOLDEN("cat-joined-some", "scapcat --joined -Y 'fd.name=/etc/hosts' fixtures/pairs.scap; scapcat --joined -p '%evt.num ' -Y 'evt.res=ENOENT and evt.type=access' fixtures/exits.scap | head -n 5")
GOLDEN("cat-follow",      "scapcat --follow tcp:80 fixtures/pairs.scap; scapcat --follow fd:19 --hex -p '%evt.num %proc.name' fixtures/pairs.scap; scapcat --follow all --raw -Y evt.is_io_read=true fixtures/pairs.scap | cksum; scapcat --follow fd:1 fixtures/pairs.scap; scapcat --follow nosuch -; scapcat --raw -; scapcat --joined --follow all -")
GOLDEN("cat-streams",     "d=$(mktemp -d); scapcat --streams $d fixtures/pairs.scap; cat $d/*.tsv; cksum <$d/000003-curl-4242-fd3.in; scapcat --streams $d fixtures/pairs.scap 2>&1 | sed \"s,$d,DIR,\"; rm -r $d")

/* scapcat: for other programs. */
GOLDEN("cat-fields",      "scapcat -T fields -e evt.num -e proc.name -e fd.name -e evt.arg.flags -E header=y fixtures/pairs.scap | sed -n '1,9p'; scapcat -T fields -e frame.number -e ip.addr -e evt.type -E separator=, -E quote=d,occurrence=l fixtures/packets.pcapng | head -n 3; scapcat -T fields -e proc.nam fixtures/pairs.scap; scapcat -T fields fixtures/pairs.scap; scapcat -T fields -e fd.num -E foo=1 fixtures/pairs.scap; scapcat -T jsno fixtures/pairs.scap; scapcat -T json -V fixtures/pairs.scap; scapcat -T strace -0 fixtures/pairs.scap")
GOLDEN("cat-csv",         "scapcat -T csv -n 2 fixtures/pairs.scap | od -c | sed -n '1,2p'; scapcat -T csv fixtures/pairs.scap | tr -d '\\r' | sed -n '24,26p'; scapcat -T tsv -e evt.num -e evt.args fixtures/pairs.scap | sed -n '1p;24,26p'; scapcat -T csv fixtures/packets.pcapng | sed -n 2p")
GOLDEN("cat-json",        "scapcat -T jsonl fixtures/pairs.scap | sed -n '5,8p;22,23p'; scapcat -T jsonl -n 1 fixtures/packets.pcapng; scapcat -T jsonl fixtures/newer.scap | grep extra; scapcat -T json -n 2 -e evt.num -e proc.args -e evt.failed fixtures/pairs.scap; scapcat -T json -Y evt.type=getuid fixtures/pairs.scap; scapcat -T json nosuch fixtures/cut.scap | python3 -m json.tool | tail -n 1")
GOLDEN("cat-ek",          "scapcat -T ek -n 1 fixtures/pairs.scap; scapcat -T ek -n 1 -e ip.addr -e frame.time_epoch fixtures/packets.pcapng")
GOLDEN("cat-strace",      "scapcat -T strace fixtures/pairs.scap; scapcat -T strace fixtures/exits.scap | grep -E '(vfork|wait4|poll).*(unfinished|resumed)' | sed -n '1,6p' | cut -c27-; scapcat -T strace -p '%proc.name: ' -Y 'evt.type=openat and proc.name=cat' fixtures/exits.scap | cut -d'<' -f1 | head -n 5; scapcat --joined -Y 'evt.type=read' -p '' fixtures/pairs.scap")
GOLDEN("cat-null",        "scapcat -0 -p '%evt.num' -n 3 fixtures/pairs.scap | tr '\\0' '|'; scapcat -0 -T fields -e evt.num -e evt.type -n 3 fixtures/pairs.scap | tr '\\0' '|'")
GOLDEN("cat-pcapng",      "for f in fixtures/pairs.scap fixtures/big-endian.scap fixtures/every-block.pcapng fixtures/newer.scap fixtures/workload.pcapng; do scapcat -T pcapng $f | cmp - $f && echo same; done; scapcat -Y 'evt.type=read' -T pcapng fixtures/pairs.scap | scapcat; scapcat -Y 'evt.type=read' -w - fixtures/pairs.scap | scapinfo - | grep -E 'events|hidden'; scapcat -Y 'udp.port == 53' -T pcapng fixtures/packets.pcapng | scapcat; scapcat -T pcapng fixtures/usec-le.pcap | scapcat | cksum; scapcat fixtures/usec-le.pcap | cksum; scapcat -T pcapng fixtures/bad-event.scap | scapinfo - | grep events:; scapcat -w nosuch/out fixtures/pairs.scap; scapcat -T pcapng fixtures/pairs.scap >/dev/full")

/* scapcat: lists, filters as words and from files, macros, profiles, columns. */
GOLDEN("cat-list",        "scapcat -l | sed -n '1,3p'; scapcat -l fd.ip; scapcat -l evt.arg fdlist sysdig.thread_id | cut -c1-70; scapcat -l proc.nmae; scapcat --list-json fd.num | tr -d '\\n'")
GOLDEN("cat-list-events", "scapcat -L | sed -n '3,8p'; scapcat -L openat; scapcat -L opne; scapcat -L getcpu; scapcat -L --list-json dup3 | tr -d '\\n'; scapcat -lL")
GOLDEN("cat-words",       "scapcat fixtures/pairs.scap proc.name=curl and evt.type=close; scapcat -r fixtures/pairs.scap evt.num '<' 3 | wc -l; scapcat not evt.num gt 2 <fixtures/pairs.scap | wc -l; scapcat -Y evt.dir=\\> fixtures/pairs.scap fixtures/hidden.scap evt.num = 1 | wc -l")
GOLDEN("cat-words-wrong", "scapcat fixtures/pairs.scap proc.nam = cat; scapcat -r fixtures/pairs.scap fixtures/pairs.scap; scapcat 'no(1).scap'; scapcat fixtures/pairs.scap evt.num=1 or; scapcat nosuch.scap fixtures/pairs.scap evt.num=1")
GOLDEN("cat-filter-file", "f=$(mktemp); printf '# begins\\nevt.type = close # it is\\n  and evt.dir = <\\n' >$f; scapcat -F $f fixtures/pairs.scap; printf '  or evt.typ = x' >>$f; scapcat -F $f fixtures/pairs.scap 2>&1 | sed \"s,$f,FILE,\"; echo evt.num=3 | scapcat -F - fixtures/pairs.scap | wc -l; rm $f; scapcat -F nosuch; echo evt.num=1 | scapcat -F -")
GOLDEN("cat-macros",      "d=$(mktemp -d); mkdir $d/scaptools; export XDG_CONFIG_HOME=$d; printf 'web = fd.port in ports\\n# two\\nports = (80,\\n  443)\\n' >$d/scaptools/macros; scapcat fixtures/pairs.scap web | wc -l; scapcat --macro ports='(53)' fixtures/pairs.scap web and evt.dir = '<' | wc -l; { scapcat --macro x=wbe --list-macros; scapcat -Y 'not x' --macro x=wbe fixtures/pairs.scap; scapcat fixtures/pairs.scap --macro ports=1 web; scapcat --macro x fixtures/pairs.scap; echo oops >>$d/scaptools/macros; scapcat -Y web fixtures/pairs.scap; echo $?; } 2>&1 | sed \"s,$d,DIR,\"; rm -r $d")
GOLDEN("cat-columns",     "scapcat --columns evt.num,evt.outputtime,proc.name,evt.type,fd.name -n 8 fixtures/pairs.scap; scapcat --columns frame.number:4,evt.type:6,packet.info -n 2 fixtures/packets.pcapng; scapcat --columns evt.num:3,proc.nam fixtures/pairs.scap; scapcat --columns evt.num --joined; scapcat --columns evt.num -p x")
GOLDEN("cat-profiles",    "for p in container kubernetes network files packets+events; do echo \"$p:\"; scapcat --profile $p fixtures/pairs.scap | sed -n '1p;8,9p' | cut -c1-130; done; scapcat -pc fixtures/pairs.scap | cksum; scapcat --profile container fixtures/pairs.scap | cksum; scapmerge -w - fixtures/pairs.scap fixtures/packets.pcapng | scapcat --profile packets+events - 2>/dev/null | tail -n 3; scapcat --profile netwrk; scapcat --list-profiles")
GOLDEN("cat-profile-own", "d=$(mktemp -d); mkdir -p $d/scaptools/profiles; export XDG_CONFIG_HOME=$d; p=$d/scaptools/profiles/default; printf 'about = ours\\ntemplate = %%evt.num %%evt.outputtime %%evt.type\\nfilter = evt.type = close\\ntime = r\\ncolour = bold red: evt.num < 11\\n' >$p; scapcat fixtures/pairs.scap; scapcat --color always -t d -p '%evt.num %evt.outputtime' fixtures/pairs.scap evt.num lt 21 | sed 's/\\x1b/ESC/g'; { scapcat --list-profiles | head -n 1; echo 'tme = a' >>$p; scapcat fixtures/pairs.scap; echo 'filter = fd.nme = x' >$d/scaptools/profiles/x; scapcat --profile x fixtures/pairs.scap; scapcat --profile $d/scaptools/profiles/x fixtures/pairs.scap; } 2>&1 | sed \"s,$d,DIR,\"; rm -r $d")
GOLDEN("cat-color",       "scapcat --color always -p '%evt.num' fixtures/pairs.scap | sed 's/\\x1b/ESC/g' | sed -n '4,6p'; scapcat -p %evt.num fixtures/pairs.scap | grep -c \"$(printf '\\033')\"; scapcat --colour never -n 1 fixtures/pairs.scap | wc -l; scapcat --color maybe")

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
GOLDEN("edit-upgrade",    "scapedit --upgrade fixtures/old-v1.scap - | scapcat; scapedit -v --upgrade fixtures/workload.scap - | scapinfo - | grep -E 'events:|schema'")
GOLDEN("edit-downgrade",  "scapedit -v --downgrade sysdig-0.29 fixtures/exits.scap - 1-200 | scapcat -n 40; scapedit --downgrade 0.1.1dev_2022-03_debian fixtures/exits.scap - | scapinfo - | grep -E 'events:|schema'")
GOLDEN("edit-convert-wrong", "i=fixtures/pairs.scap; scapedit --schema 9 $i -; scapedit --upgrade --downgrade 0.20 $i -; scapedit --upgrade --schema 0.20 $i -; scapedit --downgrade 2015-12-31 $i -; scapedit --verify --upgrade $i /dev/null")
GOLDEN("edit-comments",   "scapedit --comment one --event-comment 12:here -a 14:there fixtures/pairs.scap - | scapinfo - | grep -A3 -i comment; scapedit --strip-comments fixtures/comments.scap - | scapinfo - | grep -i comment; scapedit -a 100000:x fixtures/pairs.scap - | cmp - fixtures/pairs.scap && echo same")
GOLDEN("edit-changes",    "scapedit -t -3600.5 -s 4 --strip-env fixtures/pairs.scap - 9-16 | scapcat -t h; scapedit --strip-data --strip-packets fixtures/every-block.pcapng - | scapinfo - | grep -E 'packets|events'; scapedit --strip-env fixtures/newer.scap /dev/null; echo $?")
GOLDEN("edit-orders",     "d=$(mktemp -d); for f in pairs big-endian old-v1 workload large; do scapedit --verify --endian big fixtures/$f.scap $d/$f.big && scapedit --endian little $d/$f.big $d/$f.little && scapedit --verify -z zstd:1 --endian big $d/$f.little $d/$f.zst && scapedit $d/$f.zst - | cmp - $d/$f.big && echo same; done; rm -r $d; d=$(mktemp -d); echo old >$d/old; scapedit --verify --endian big fixtures/newer.scap $d/old; echo $?; cat $d/old; rm -r $d")
GOLDEN("edit-redact",     "d=$(mktemp -d); echo a key of sixteen >$d/key; scapedit --redact default --redact-key $d/key fixtures/pairs.scap - 2>$d/said | scapcat; cat $d/said; rm -r $d")
GOLDEN("edit-filter",     "scapedit -Y 'evt.type=read' fixtures/pairs.scap - | scapcat; scapedit -q -Y 'evt.type=read' fixtures/pairs.scap - 1-12 | scapcat; scapedit -q --drop -Y 'evt.type=read' fixtures/pairs.scap - | scapcat | grep -c read; scapedit -Y 'evt.typ=read' fixtures/pairs.scap -; scapedit -Y 'evt.type=read and (' fixtures/pairs.scap -; scapedit --around 'evt.type=read' fixtures/pairs.scap -")
GOLDEN("edit-filter-same", "for f in fixtures/*.scap; do for y in 'evt.type=close' 'proc.name contains c' 'fd.num>2' 'evt.failed=true'; do for k in reachable all; do a=$(scapcat -Y \"$y\" $f 2>/dev/null | sed 's/^[0-9]* //'); b=$(scapedit -q --keep-state=$k -Y \"$y\" $f - 2>/dev/null | scapcat - 2>/dev/null | sed 's/^[0-9]* //'); [ \"$a\" = \"$b\" ] || echo $f: $k: $y; done; done; done")
GOLDEN("edit-around",     "scapedit -q --around 'evt.num=20=2' fixtures/pairs.scap - | scapcat; scapedit -q --drop --around 'evt.num=20=2' fixtures/pairs.scap - | scapcat | wc -l")
GOLDEN("edit-holds",      "scapedit -v -Y 'evt.type=read' fixtures/pairs.scap /dev/null; scapedit --keep-state=all -Y 'evt.type=read' fixtures/pairs.scap /dev/null; scapedit --keep-state=none -Y 'evt.type=read' fixtures/pairs.scap - | scapcat | head -n 3")
GOLDEN("edit-nothing",    "scapedit fixtures/pairs.scap - 1000 | scapinfo - | grep events")

/* scapmerge. */
GOLDEN("merge-lines",     "scapmerge -w - fixtures/pairs.scap fixtures/packets.pcapng | scapcat | cksum; scapcat fixtures/pairs.scap | cksum")
GOLDEN("merge-rotated",   "d=$(mktemp -d); scapedit -q fixtures/workload.scap $d/1 1-1500; scapedit -q fixtures/workload.scap $d/2 1001-2600; scapedit -q fixtures/workload.scap $d/3 2601-; scapmerge -w $d/all $d/2 $d/3 $d/1 2>$d/said; sed \"s,$d/,,g\" $d/said; scapcat $d/all | cksum; scapcat fixtures/workload.scap | cksum; rm -r $d")
GOLDEN("merge-align",     "d=$(mktemp -d); cp fixtures/workload.pcapng $d/late; scapmerge --align auto --offset $d/late:+3.25 -w $d/all fixtures/workload.pcapng $d/late fixtures/usec-le.pcap 2>&1 | sed \"s,$d/,,\"; scapmerge -w $d/same fixtures/workload.pcapng fixtures/workload.pcapng fixtures/usec-le.pcap; cmp $d/all $d/same; rm -r $d; scapmerge --align auto -w /dev/null - </dev/null")
GOLDEN("merge-info",      "scapmerge -w - fixtures/pairs.scap fixtures/packets.pcapng fixtures/usec-le.pcap fixtures/nsec-be.pcap | scapinfo -")
GOLDEN("merge-stdin",     "scapmerge -w - - fixtures/packets.pcapng <fixtures/pairs.scap.zst | scapinfo -T - | cut -f1-8")
GOLDEN("merge-packets",   "scapmerge -w - fixtures/packets.pcapng fixtures/nsec-be.pcap | scapinfo - | head -n 20")
/* clang-format on */
