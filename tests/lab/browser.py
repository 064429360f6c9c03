# SPDX-License-Identifier: Apache-2.0
"""Reaches a web server as browsers do: browser.py RESOLVER NAME...

Asks for A, AAAA and HTTPS at the same time. When there is an HTTPS record it follows it as RFC 9460 has
it: hints first, another target when it names one, the port that it says. Prints what it was told and
where it got through; fails when the first thing that it tried did not work.
"""
import socket
import struct
import sys

A, AAAA, HTTPS = 1, 28, 65


def question(name, kind, number):
    labels = b"".join(bytes([len(l)]) + l.encode() for l in name.split("."))
    return struct.pack(">6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", kind, 1)


def read_name(m, at):
    labels, end = [], None
    while m[at]:
        if m[at] >= 0xC0:
            end = end or at + 2
            at = (m[at] & 0x3F) << 8 | m[at + 1]
            continue
        labels.append(m[at + 1 : at + 1 + m[at]].decode())
        at += 1 + m[at]
    return ".".join(labels), end or at + 1


def records(m, kind):
    at = read_name(m, 12)[1] + 4
    for _ in range(struct.unpack(">H", m[6:8])[0]):
        owner, at = read_name(m, at)
        found, _, _, n = struct.unpack(">2HIH", m[at : at + 10])
        at += 10
        if found == kind:
            yield owner, at, n
        at += n


def service(m, at, n):
    """Priority, target and parameters of one record."""
    end = at + n
    priority = struct.unpack(">H", m[at : at + 2])[0]
    target, at = read_name(m, at + 2)
    params = {}
    while at < end:
        key, length = struct.unpack(">2H", m[at : at + 4])
        params[key] = m[at + 4 : at + 4 + length]
        at += 4 + length
    return priority, target, params


def ask(resolver, name, kinds):
    s = socket.socket(socket.AF_INET6 if ":" in resolver else socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(10)
    s.connect((resolver, 53))
    for number, kind in enumerate(kinds):
        s.send(question(name, kind, number))
    answers = {}
    while len(answers) < len(kinds):
        m = s.recv(4096)
        answers[kinds[struct.unpack(">H", m[:2])[0]]] = m
    return [answers[k] for k in kinds]


def addresses(m, kind):
    family = socket.AF_INET if kind == A else socket.AF_INET6
    return [socket.inet_ntop(family, m[at : at + n]) for _, at, n in records(m, kind)]


def browse(resolver, name):
    a, aaaa, https = ask(resolver, name, [A, AAAA, HTTPS])
    port, hints = 443, []
    services = sorted((service(https, at, n) for _, at, n in records(https, HTTPS)), key=lambda s: s[0])
    for priority, target, params in services[:1]:
        print(name, "https", priority, target or ".", " ".join(str(k) for k in sorted(params)))
        assert priority, "an alias"
        hints = [socket.inet_ntop(socket.AF_INET, params[4][i : i + 4]) for i in range(0, len(params.get(4, b"")), 4)]
        port = struct.unpack(">H", params[3])[0] if 3 in params else 443
        if target and target != name:
            a, aaaa = ask(resolver, target, [A, AAAA])
    where = hints + addresses(aaaa, AAAA) + addresses(a, A)
    assert where, "nobody to connect to"
    s = socket.create_connection((where[0], port), timeout=5)
    assert s.recv(5) == b"hello"
    print(name, "connected", where[0])


for name in sys.argv[2:]:
    browse(sys.argv[1], name)
