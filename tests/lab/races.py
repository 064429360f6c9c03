"""The two ends of tests/lab/races.sh: a server on every address, and clients that are in a hurry."""
import os
import random
import resource
import selectors
import signal
import socket
import struct
import sys
import time

RESOLVER = ("10.1.0.1", 53)
PATIENCE = 5  # seconds; a dropped SYN comes back after 1, so a connection that takes 0.9 was dropped
HURRY = 0.9


def serve():
    """Says "hello" to each connection, then repeats what it is sent; repeats datagrams too."""
    selector = selectors.DefaultSelector()
    stream = socket.create_server(("::", 443), family=socket.AF_INET6, dualstack_ipv6=True, backlog=4096)
    stream.setblocking(False)
    selector.register(stream, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is stream:
                try:
                    while True:
                        c, _ = stream.accept()
                        c.setblocking(False)
                        c.send(b"hello")
                        selector.register(c, selectors.EVENT_READ)
                except BlockingIOError:
                    continue
            else:
                c = key.fileobj
                try:
                    data = c.recv(4096)
                    if data:
                        c.send(data)
                        continue
                except OSError:
                    pass
                selector.unregister(c)
                c.close()


def question(name, kind, ident):
    labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))
    return struct.pack(">6H", ident, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", kind, 1)


def ask(name, kind, ident=None, patience=PATIENCE, to=RESOLVER):
    """The addresses of a name, or the response code as a negative number; None: no answer."""
    ident = random.randrange(65536) if ident is None else ident
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(patience)
        s.connect(to)
        try:
            s.send(question(name, kind, ident))
            packet = s.recv(4096)
            while packet[:2] != ident.to_bytes(2, "big"):  # for somebody who had this port before
                packet = s.recv(4096)
        except OSError:
            return None
    code, answers = packet[3] & 15, struct.unpack(">H", packet[6:8])[0]
    if code:
        return -code
    at, found = 12 + len(name) + 2 + 4, []
    for _ in range(answers):  # names are pointers there
        kind_got, _, _, size = struct.unpack(">HHIH", packet[at + 2:at + 12])
        at += 12
        if kind_got == kind:
            found.append(socket.inet_ntop(socket.AF_INET if kind == 1 else socket.AF_INET6, packet[at:at + size]))
        at += size
    return found


def connect(address):
    """The connected socket and how long it took; None when it was dropped or refused."""
    s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    s.settimeout(PATIENCE)
    start = time.monotonic()
    try:
        s.connect((address, 443))
        if s.recv(5) == b"hello":
            return s, time.monotonic() - start
    except OSError:
        pass
    s.close()
    return None, PATIENCE


def one(name, kind, tally):
    """Resolves, and connects the moment the answer is there."""
    addresses = ask(name, kind)
    if not isinstance(addresses, list) or not addresses:
        tally.append(f"{name} {kind}: no address: {addresses}")
        return
    s, took = connect(random.choice(addresses))
    if not s or took > HURRY:
        tally.append(f"{name} {addresses}: {'dropped' if not s else f'late, {took:.2f} s'}")
    if s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()


def workers(work, jobs, n=8):
    """Runs the jobs in n processes; prints what went wrong and says whether nothing did."""
    pipes = []
    for i in range(n):
        r, w = os.pipe()
        if os.fork() == 0:
            tally = []
            work(jobs[i::n], tally)
            with os.fdopen(w, "w") as out:
                out.write("\n".join(tally))
            os._exit(0)
        os.close(w)
        pipes.append(r)
    wrong = []
    for r in pipes:
        with os.fdopen(r) as f:
            wrong += [line for line in f.read().split("\n") if line]
    for _ in pipes:
        os.wait()
    for line in wrong[:10]:
        print(line)
    return wrong


def fresh(first, count):
    """Names that nobody has asked for, IPv4 and IPv6 in turn."""
    start = time.monotonic()
    jobs = [(f"n{i}.zoom.us", (1, 28)[i % 2]) for i in range(first, first + count)]
    wrong = workers(lambda mine, tally: [one(*job, tally) for job in mine], jobs)
    print(f"{count} fresh names in {time.monotonic() - start:.1f} s, {len(wrong)} not reached at once")
    return not wrong


def again(count, seconds):
    """The same names over and over, past the end of their elements."""
    end = time.monotonic() + seconds

    def work(mine, tally):
        rounds = 0
        while time.monotonic() < end:
            for job in mine:
                one(*job, tally)
            rounds += 1
            time.sleep(0.05)
        os.write(2, f"{rounds} ".encode())

    wrong = workers(work, [(f"n{i}.zoom.us", (1, 28)[i % 2]) for i in range(count)])
    print(f"rounds over {count} names for {seconds} s, {len(wrong)} not reached at once")
    return not wrong


def hold(count):
    """Keeps connections; for each line on standard input tries them all, and says how many live."""
    held = []
    for i in range(count):
        addresses = ask(f"n{i}.zoom.us", (1, 28)[i % 2])
        s = connect(addresses[0])[0] if isinstance(addresses, list) and addresses else None
        if s:
            held.append(s)
    print(f"open {len(held)}", flush=True)
    for line in sys.stdin:
        alive = 0
        for s in held:
            try:
                s.send(b"x")
            except OSError:
                pass
        for s in held:
            try:
                alive += s.recv(16) == b"x"
            except OSError:
                pass
        print(f"{line.strip()} {alive}", flush=True)


def load(seconds):
    """Names without end, for a while; some may fail while egretd is being killed."""
    end = time.monotonic() + seconds

    def work(mine, tally):
        n = done = 0
        while time.monotonic() < end:
            n += 1
            done += isinstance(ask(f"n{random.randrange(10000)}.zoom.us", 1, patience=0.5), list)
        tally.append(f"{done} {n}")

    print(workers(work, range(4), 4))
    return True


def forbid(seconds):
    """Everything that must not pass: unresolved addresses, foreign names, other ports, other resolvers."""
    end = time.monotonic() + seconds
    tried = 0
    udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    udp.setblocking(False)
    while time.monotonic() < end:
        tried += 1
        last = random.randrange(1, 255)
        for family, address in ((socket.AF_INET, f"20.255.0.{last}"), (socket.AF_INET6, f"2a00:feed:ffff::{last:x}")):
            s = socket.socket(family, socket.SOCK_STREAM)
            s.setblocking(False)
            s.connect_ex((address, 443))
            mapped = address if family == socket.AF_INET6 else f"::ffff:{address}"
            for port in (443, 53, 3478):
                try:
                    udp.sendto(b"x", (mapped, port))
                except OSError:
                    pass
            time.sleep(0.001)
            s.close()
        if isinstance(ask("foreign.example", 1, patience=0.01), list):
            print("a foreign name was resolved")
            return False
    print(f"{tried} rounds of what must not pass")
    return True


def status(key):
    """What a running egretd says of itself."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
        s.connect(os.environ["EGRET_RUN"] + "/control")
        s.send(b"status")
        lines = dict(line.split(" ", 1) for line in s.recv(65536).decode().split("\n")[1:] if line)
    return lines[key]


def recover(until):
    """Kills the dns role; how long until a fresh name is answered, in milliseconds."""
    name = f"n{random.randrange(10000)}.zoom.us"
    os.kill(int(status("role_dns_pid")), signal.SIGKILL)
    start = time.monotonic()
    while time.monotonic() - start < until:
        if isinstance(ask(name, 1, patience=0.02), list):
            print(round((time.monotonic() - start) * 1000))
            time.sleep(1.2)  # who dies again sooner than that is made to wait
            return True
    print("not recovered")
    return False


def mix(seconds):
    """A little of everything for a long time: names old, new and foreign, both families, over UDP and TCP, nonsense.

    Few enough names that all have been asked for in the first quarter: what is remembered of each is no growth then.
    """
    end, done = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        done += 1
        name, kind = f"n{random.choice((random.randrange(100), random.randrange(2000)))}.zoom.us", random.choice((1, 28))
        tally = []
        one(name, kind, tally)
        for line in tally:
            print(line, flush=True)
        ask("foreign.example", 1, patience=0.2)
        ask(name, 65, patience=0.2)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(random.randbytes(random.randrange(600)), RESOLVER)
        if done % 10 == 0:
            with socket.create_connection(RESOLVER, timeout=5) as s:
                q = question(name, 1, done & 0xffff)
                s.sendall(struct.pack(">H", len(q)) + q)
                s.recv(600)
                s.sendall(random.randbytes(100))
            with socket.create_connection(("10.1.0.1", 9153), timeout=5) as s:
                s.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
                while s.recv(65536):
                    pass
        time.sleep(0.01)
    print(f"{done} rounds")
    return True


def steady(seconds):
    """Queries one after the other; each must be answered (a client waits 5 s before it asks again)."""
    end, n, slowest = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        start = time.monotonic()
        if not isinstance(ask(f"n{random.randrange(10000)}.zoom.us", 1), list):
            print("a query was lost")
            return False
        slowest = max(slowest, time.monotonic() - start)
        n += 1
    print(f"{n} queries answered, the slowest after {slowest * 1000:.0f} ms")
    return True


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # a connection is a descriptor
    work = globals()[sys.argv[1]]
    sys.exit(work(*map(int, sys.argv[2:])) is False)
