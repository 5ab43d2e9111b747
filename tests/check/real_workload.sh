#!/bin/sh
# SPDX-License-Identifier: MIT
# Something that people capture. Usage: real_workload.sh web|compiler|container FOLDER; the folder is
# there and empty. Exits 3 when what it takes is not installed.

folder=$2

# A server, and clients one after the other and at the same time.
web() {
	command -v curl >/dev/null || exit 3
	mkdir "$folder/root"
	yes 'a line of a page' | head -n 2000 >"$folder/root/page"
	if command -v nginx >/dev/null; then
		port=18473
		cat >"$folder/conf" <<-END
			worker_processes 2;
			daemon off;
			pid $folder/pid;
			error_log $folder/errors;
			events {}
			http {
				access_log $folder/log;
				client_body_temp_path $folder/body;
				proxy_temp_path $folder/proxy;
				fastcgi_temp_path $folder/fastcgi;
				uwsgi_temp_path $folder/uwsgi;
				scgi_temp_path $folder/scgi;
				server { listen 127.0.0.1:$port; root $folder/root; }
			}
		END
		chmod -R a+rX "$folder"
		nginx -c "$folder/conf" 2>/dev/null &
	else
		port=18474
		python3 -m http.server -b 127.0.0.1 -d "$folder/root" $port >/dev/null 2>&1 &
	fi
	server=$!
	curl -s --noproxy '*' --retry 100 --retry-connrefused --retry-delay 1 -o /dev/null "http://127.0.0.1:$port/page"
	clients=
	for i in 1 2 3 4; do
		(for j in 1 2 3 4 5; do
			curl -s --noproxy '*' -o "$folder/got$i" "http://127.0.0.1:$port/page"
		done) &
		clients="$clients $!"
	done
	wait $clients
	kill $server
	wait $server
	cmp -s "$folder/root/page" "$folder/got1"
}

compiler() {
	command -v make >/dev/null && command -v gcc >/dev/null || exit 3
	cd "$folder" || exit 1
	for i in 1 2 3 4; do
		printf '#include <stdio.h>\nint f%d(void)\n{\n\treturn puts("%d");\n}\n' $i $i >f$i.c
	done
	echo 'int f1(void); int main(void) { return f1() < 0; }' >main.c
	printf 'prog: main.o f1.o f2.o f3.o f4.o\n\tgcc -o $@ $^\n%%.o: %%.c\n\tgcc -O1 -c -o $@ $<\n' >Makefile
	make -s -j2 && ./prog >/dev/null
}

container() {
	command -v runc >/dev/null && busybox=$(command -v busybox) || exit 3
	mkdir -p "$folder/rootfs/bin" "$folder/rootfs/etc"
	cp "$busybox" "$folder/rootfs/bin/busybox"
	ln -s busybox "$folder/rootfs/bin/sh"
	ln -s busybox "$folder/rootfs/bin/cat"
	echo 'root:x:0:0::/:/bin/sh' >"$folder/rootfs/etc/passwd"
	cd "$folder" || exit 1
	runc spec && python3 - <<-END || exit 3
		import json
		c = json.load(open("config.json"))
		p = c["process"]
		p["terminal"] = False
		p["rlimits"] = []
		p["args"] = ["/bin/sh", "-c", "for i in 1 2 3 4 5 6 7 8; do /bin/cat /etc/passwd; done; /bin/busybox sleep 0.3"]
		c["annotations"] = {"org.opencontainers.image.ref.name": "box:7", "io.kubernetes.container.name": "webbox"}
		json.dump(c, open("config.json", "w"))
	END
	runc run -b "$folder" "$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')" >/dev/null </dev/null
}

"$1"
