#!/bin/sh
# SPDX-License-Identifier: MIT
# `make kernels KERNELS='IMAGE...'`: boots kernels in qemu, with the tools in their first file system,
# and captures there. IMAGE is a kernel for this kind of machine or a Debian package of one
# (linux-image-*.deb). Needs qemu-system, busybox (static), cpio. Usage: kernels.sh BUILD_DIR IMAGE...

build=$1
shift
work=$build/kernels
. tests/check/lib.sh

for program in "qemu-system-$(uname -m)" busybox cpio; do
	command -v "$program" >/dev/null || { echo "kernels: no $program"; exit 1; }
done
[ $# -gt 0 ] || { echo "usage: make kernels KERNELS='IMAGE...'"; exit 2; }

# What the machine runs: each line "pass NAME" or "FAIL NAME" is looked for afterwards.
write_init() {
	cat >"$work/root/init" <<'EOT'
#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
ok() { name=$1; shift; if "$@" >/tmp/out 2>&1; then echo "pass $name"; else cat /tmp/out; echo "FAIL $name"; fi; }
has() { scapcat "$1" | grep -q "$2"; }
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
ok faults scapcap --page-faults -w /tmp/faults -- ls /etc
ok fault has /tmp/faults '> page_fault'
ok chosen scapcap --comm ls --syscall @file --uid 0 -w /tmp/chosen -- ls /etc
ok choice has /tmp/chosen 'ls (.*openat'
ok filtered scapcap -Y 'proc.name=ls and user.uid=0 and fd.name=/etc' -w /tmp/filtered -- ls /etc
ok passed has /tmp/filtered 'ls (.*< openat fd=3(<d>/etc)'
ifconfig lo up
ok known scapcap -w /tmp/known -- known-calls /dev/null
ok messages has /tmp/known '< sendmmsg res=10 .*data=message 12 tuple=.*->127.0.0.1:'
ok received has /tmp/known '< recvmmsg res=10 .*data=message 12 tuple=127.0.0.1:.*->127.0.0.1:'
echo done
poweroff -f
EOT
	chmod +x "$work/root/init"
}

make_root() {
	rm -rf "$work/root"
	mkdir -p "$work/root/bin" "$work/root/proc" "$work/root/sys" "$work/root/dev" "$work/root/tmp" "$work/root/etc"
	cp "$(command -v busybox)" "$work/root/bin/busybox"
	for name in sh mount ls cat echo sleep poweroff grep kill tail true rm ifconfig; do
		ln -s busybox "$work/root/bin/$name"
	done
	for tool in scapcap scapcat tests/known-calls; do
		cp "$build/$tool" "$work/root/bin/"
		ldd "$build/$tool" | grep -o '/[^ ]*' | while read -r lib; do
			mkdir -p "$work/root/$(dirname "$lib")"
			cp -n "$lib" "$work/root/$lib"
		done
	done
	echo 'root:x:0:0:root:/:/bin/sh' >"$work/root/etc/passwd"
	write_init
	(cd "$work/root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd.gz"
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

# Boots it. What it says is in the log; every line must say pass, and all of them be there. Where the
# machine is busy, the kernel's check of its timer would fail.
boot() {
	log=$work/$(basename "$1").log
	timeout 900 "qemu-system-$(uname -m)" -accel tcg,thread=multi -cpu max -m 1024 -smp 2 -nographic -no-reboot \
		-kernel "$(image_of "$1")" -initrd "$work/initrd.gz" -append 'console=ttyS0 quiet panic=-1 no_timer_check' \
		</dev/null 2>&1 | tr -d '\r' >"$log"
	grep -q '^done' "$log" && [ "$(grep -c 'pass ' "$log")" = "$(grep -c '^ok ' "$work/root/init")" ] &&
		return 0
	tail -n 30 "$log"
	return 1
}

mkdir -p "$work"
make_root || exit 1
for image in "$@"; do
	check "$(basename "$image")" boot "$image"
done
finish
