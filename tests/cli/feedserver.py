#!/usr/bin/env python3
"""A vendor's server for the tests of `egret sync`, on loopback: serves FOLDER over HTTP, with ETag and
Last-Modified, and misbehaves as FILE.mode says. Usage: feedserver.py FOLDER [CERTIFICATE]; writes
FOLDER/port, with a certificate (and its key, in one file) FOLDER/tlsport, and a line a request into
FOLDER/log: METHOD PATH STATUS IF-NONE-MATCH IF-MODIFIED-SINCE."""
import email.utils
import gzip
import hashlib
import http.server
import os
import ssl
import sys
import threading

folder = sys.argv[1]


class Vendor(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", headers=(), length=None):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        with open(os.path.join(folder, "log"), "a") as log:
            log.write(f"GET {self.path} {status} {self.headers.get('If-None-Match', '-')} "
                      f"{self.headers.get('If-Modified-Since', '-')}\n")

    def do_GET(self):
        path = os.path.join(folder, os.path.basename(self.path).split("?")[0])
        mode = open(path + ".mode").read().split() if os.path.exists(path + ".mode") else ["ok"]
        if not os.path.exists(path):
            return self.answer(404, b"not found\n", [("Content-Type", "text/plain")])
        with open(path, "rb") as f:
            body = f.read()
        etag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        changed = email.utils.formatdate(os.stat(path).st_mtime, usegmt=True)
        kind = "application/json" if path.endswith(".json") else "text/plain; charset=utf-8"
        headers = [("Content-Type", kind)]
        if mode[0] != "dateonly":
            headers.append(("ETag", etag))
        headers.append(("Last-Modified", changed))
        same = self.headers.get("If-None-Match") == etag or (
            mode[0] == "dateonly" and self.headers.get("If-Modified-Since") == changed)

        if mode[0] == "status":
            return self.answer(int(mode[1]), b"no\n", [("Retry-After", mode[2])] if mode[2:] else [])
        if mode[0] == "html":
            return self.answer(200, b"<html><body>Please log in</body></html>",
                               [("Content-Type", "Text/HTML; charset=utf-8")])
        if mode[0] == "redirect":
            return self.answer(302, b"", [("Location", mode[1])])
        if mode[0] == "drop":
            self.close_connection = True
            self.connection.close()
            return None
        if mode[0] == "untyped":
            headers = []
        if mode[0] == "huge":
            return self.answer(200, b"", headers, length=1 << 30)
        if mode[0] == "bomb":
            return self.answer(200, gzip.compress(b"8.8.8.8\n" * (5 << 20)),
                               headers + [("Content-Encoding", "gzip")])
        if same:
            return self.answer(304, b"", headers)
        if mode[0] == "cut":
            self.close_connection = True
            return self.answer(200, body[:len(body) // 2], headers, length=len(body))
        if mode[0] == "gzip":
            return self.answer(200, gzip.compress(body), headers + [("Content-Encoding", "gzip")])
        return self.answer(200, body, headers)

    def log_message(self, format, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that gives up is what some of the tests want


def serve(name, certificate=None):
    server = Server(("127.0.0.1", 0), Vendor)
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    with open(os.path.join(folder, name + ".new"), "w") as f:
        f.write(f"{server.server_port}\n")
    os.rename(os.path.join(folder, name + ".new"), os.path.join(folder, name))
    server.serve_forever()


if sys.argv[2:]:
    threading.Thread(target=serve, args=("tlsport", sys.argv[2]), daemon=True).start()
serve("port")
