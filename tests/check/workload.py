#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A small known workload for captures: files, a child process, one HTTP request over loopback."""
import http.server
import os
import subprocess
import tempfile
import threading
import urllib.request


class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello from the demonstration\n")

    def log_message(self, *_):
        pass


def files():
    with tempfile.TemporaryDirectory(prefix="scaptools-") as folder:
        name = os.path.join(folder, "notes.txt")
        with open(name, "w") as out:
            out.write("system calls and packets\n")
        os.rename(name, name + ".old")
        with open(name + ".old") as back:
            back.read()


def request():
    server = http.server.HTTPServer(("127.0.0.1", 0), Hello)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = "http://127.0.0.1:%d/" % server.server_port
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url).read()
    server.shutdown()


files()
subprocess.run(["/bin/cat", "/etc/hostname"], stdout=subprocess.DEVNULL, check=False)
request()
