#!/bin/sh
# SPDX-License-Identifier: MIT
# `make kernels KERNELS='IMAGE...'`: boots kernels in qemu, with the tools in their first file system,
# and captures there. IMAGE is a kernel for the kind of machine that was built for (CROSS_COMPILE) or
# a Debian package of one (linux-image-*.deb). Needs qemu-system, cpio, and a static busybox for that
# machine: BUSYBOX, or $SYSROOT/bin/busybox, or the one here. Usage: kernels.sh BUILD_DIR MACHINE IMAGE...

build=$1
machine=$2
shift 2
work=$build/kernels
root=$work/root
busybox=${BUSYBOX:-${SYSROOT:+$SYSROOT/bin/}busybox}
. tests/check/lib.sh

for program in "qemu-system-$machine" "$busybox" cpio readelf; do
	command -v "$program" >/dev/null || { echo "kernels: no $program"; exit 1; }
done
[ $# -gt 0 ] || { echo "usage: make kernels KERNELS='IMAGE...'"; exit 2; }

# What the machine runs: it says "pass NAME" or "FAIL NAME" of each, and "done".
write_init() {
	cat >"$root/init" <<'EOT'
#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir /dev/shm
ln -s /proc/self/fd /dev/fd
ip link set lo up
ok() { name=$1; shift; if "$@" >/tmp/out 2>&1; then echo "pass $name"; else cat /tmp/out; echo "FAIL $name"; fi; }
has() { scapcat "$1" | grep -q "$2"; }
known() { TOOLS_DIR=/bin /bin/tests/run --filter "truth/${1}_hold*"; }
ok check scapcap --check
lists() { scapcap --check | grep "^ok .* BPF iterator over .*$1"; }
ok threads lists threads
ok files lists files
tail -f /etc/passwd >/dev/null &
ok start scapcap -w /tmp/start -d 4
ok known has /tmp/start 'tail (.*< read .*fd=3(<f>/etc/passwd)'
ok exits scapcap -w /tmp/exits -- ls -l /etc
ok names has /tmp/exits 'ls (.*< openat fd=3(<d>/etc)'
ok exec has /tmp/exits 'execve res=0 exe=ls args=-l./etc. .*vm_size=[1-9]'
ok exit has /tmp/exits 'ls (.*> procexit status=0'
ok pairs scapcap --pairs -w /tmp/pairs -- ls /etc
ok enter has /tmp/pairs 'ls (.*> openat'
ok switches scapcap --switch -w /tmp/switches -d 1
ok switch has /tmp/switches '> switch next='
ok signals scapcap --signals -w /tmp/signals -- sh -c 'sleep 5 & kill -TERM $!; wait; true'
ok signal has /tmp/signals 'signaldeliver spid=.*sig=17(SIGCHLD)'
if [ "$(uname -m)" = x86_64 ]; then
	ok faults scapcap --page-faults -w /tmp/faults -- ls /etc
	ok fault has /tmp/faults '> page_fault'
fi
ok chosen scapcap --comm ls --syscall @file --uid 0 -w /tmp/chosen -- ls /etc
ok choice has /tmp/chosen 'ls (.*openat'
ok filtered scapcap -Y 'proc.name=ls and user.uid=0 and fd.name=/etc' -w /tmp/filtered -- ls /etc
ok passed has /tmp/filtered 'ls (.*< openat fd=3(<d>/etc)'
ok known scapcap -w /tmp/known -- /bin/tests/known-calls /dev/null
ok messages has /tmp/known '< sendmmsg res=10 .*data=message 12 tuple=.*->127.0.0.1:'
ok received has /tmp/known '< recvmmsg res=10 .*data=message 12 tuple=127.0.0.1:.*->127.0.0.1:'
for t in exits pairs traced_exits traced_pairs; do
	ok known-calls-$t known "$t"
done
echo done
poweroff -f
EOT
	chmod +x "$root/init"
}

# The libraries of a program, and those of these, from where the compiler finds them.
copy_libraries() {
	readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | while read -r name; do
		[ -e "$root/lib/$name" ] && continue
		cp -L "$($CC -print-file-name="$name")" "$root/lib/" || exit 1
		copy_libraries "$root/lib/$name" || exit 1
	done
}

make_root() {
	rm -rf "$root"
	mkdir -p "$root/bin/tests" "$root/lib" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/etc"
	ln -s lib "$root/lib64"
	cp "$(command -v "$busybox")" "$root/bin/busybox"
	for name in sh mount ls cat echo sleep poweroff grep kill tail true rm mkdir uname ip ln; do
		ln -s busybox "$root/bin/$name"
	done
	for program in scapcap scapcat tests/run tests/known-calls; do
		cp "$build/$program" "$root/bin/$program"
		copy_libraries "$build/$program" || return 1
	done
	echo 'root:x:0:0:root:/:/bin/sh' >"$root/etc/passwd"
	write_init
	(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd.gz"
}

# The kernel in a package, or the image itself.
image_of() {
	case $1 in
	*.deb)
		dir=$work/$(basename "$1" .deb)
		mkdir -p "$dir" && dpkg-deb -x "$1" "$dir" && ls "$dir"/boot/vmlinu[xz]-*
		;;
	*) echo "$1" ;;
	esac
}

# Boots it. What it says is in the log: up to the end, and nothing that failed. Where the machine is
# busy, the kernel's check of its timer would fail.
boot() {
	log=$work/$(basename "$1").log
	image=$(image_of "$1")
	case $machine in
	aarch64) set -- -machine virt -cpu cortex-a72 -append 'console=ttyAMA0 quiet panic=-1' ;;
	*) set -- -cpu max -append 'console=ttyS0 quiet panic=-1 no_timer_check' ;;
	esac
	timeout 1800 "qemu-system-$machine" "$@" -accel tcg,thread=multi -m 1024 -smp 2 -nographic -no-reboot \
		-kernel "$image" -initrd "$work/initrd.gz" </dev/null >"$log" 2>&1
	grep -q '^done' "$log" && ! grep -q FAIL "$log" && return 0
	tail -n 30 "$log"
	return 1
}

mkdir -p "$work"
make_root || exit 1
for image in "$@"; do
	check "$(basename "$image")" boot "$image"
done
finish
