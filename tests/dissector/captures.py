"""Captures made from the vectors of the two protocol pages, and what tshark must say of them. Standard library only.

captures.py write PAGES CAPTURE MANIFEST    PAGES is src/Liveness: makes one connection of each vector, session and case
captures.py tell MANIFEST PDML NAMES        prints the fields that were found, a line for each frame of the connections that NAMES has
captures.py check MANIFEST PDML             holds them to the pages: the fields of each vector, the broken rule of each case
"""

import json
import re
import struct
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

CLIENT, SERVER = 0, 1
ADDRESSES = (bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
SERVER_PORT = 7707
LARGEST_SEGMENT = 16000
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
STEP = 10  # microseconds between two segments, where the page lets no time pass


class Capture:
    """A pcap file in memory: Ethernet, IPv4, TCP, with the sequence numbers of real connections."""

    def __init__(self):
        self.packets = []
        self.connections = 0

    def open(self, with_syn=True):
        connection = Connection(self, self.connections)
        self.connections += 1
        if with_syn:
            connection.segment(CLIENT, SYN)
            connection.segment(SERVER, SYN | ACK)
            connection.segment(CLIENT, ACK)
        return connection

    def save(self, path):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
            for time, packet in self.packets:
                file.write(struct.pack("<IIII", time // 1_000_000, time % 1_000_000, len(packet), len(packet)))
                file.write(packet)


class Connection:
    def __init__(self, capture, number):
        self.capture, self.number = capture, number
        self.time = self.begin = 1_700_000_000_000_000 + number * 100_000_000
        self.next = [1000, 2000]

    def at(self, milliseconds):
        self.time = max(self.time, self.begin + milliseconds * 1000)

    def send(self, side, data):
        for start in range(0, len(data), LARGEST_SEGMENT):
            self.segment(side, PSH | ACK, data[start:start + LARGEST_SEGMENT])

    def segment(self, side, flags, data=b""):
        ports = (20000 + self.number, SERVER_PORT)
        acknowledged = self.next[1 - side] if flags & ACK else 0
        tcp = struct.pack(">HHIIBBHHH", ports[side], ports[1 - side], self.next[side], acknowledged, 5 << 4, flags, 65535, 0, 0) + data
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, ADDRESSES[side], ADDRESSES[1 - side])
        self.capture.packets.append((self.time, bytes(12) + b"\x08\x00" + ip + tcp))
        self.next[side] += len(data) + (1 if flags & (SYN | FIN) else 0)
        self.time += STEP


def blocks(page, kind):
    return re.findall(r"^```" + kind + r"\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def indented(block):
    """Pairs of a line in the first column and the lines below it."""
    found = []
    for line in filter(str.strip, block.splitlines()):
        if line[0] != " ":
            found.append((line, []))
        else:
            found[-1][1].append(line.strip())
    return found


def hello(endpoint, instance):
    return (bytes.fromhex("010000404C49564501010000") + instance.to_bytes(16, "big") + endpoint.to_bytes(16, "big")
            + bytes.fromhex("000003E80000001400000014000100000000000000010000"))


def shake_hands(connection):
    connection.send(CLIENT, hello(1, 2))
    connection.send(SERVER, hello(3, 4))


def snake(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


class Case:
    """Plays a session vector: the peer of the page is the client, the tested end the server, whose free bytes get plain values."""

    def __init__(self, connection, definitions):
        self.connection, self.definitions = connection, dict(definitions)
        self.seq, self.peer_seq, self.received, self.limit = 100, None, 0, 65536

    def expand(self, text, repeat=0):
        """Bytes, with None for a free one, and where a name takes some: (start, size, name)."""
        items, takes = [], []
        for word in text.split():
            word, _, times = word.partition("*")
            times = int(times or 1)
            if word == "??":
                items += [None] * times
            elif match := re.fullmatch(r"\$([a-z-]+):(\d+)", word):
                takes.append((len(items), int(match[2]), match[1]))
                items += [None] * int(match[2])
            elif match := re.fullmatch(r"#(\d+):(\d+)", word):
                items += (int(match[2]) + repeat).to_bytes(int(match[1]), "big")
            elif match := re.fullmatch(r"\$([a-z-]+?)([+-]\d+)?", word):
                known = self.definitions[match[1]]
                if isinstance(known, bytes):
                    size = len(known)
                    items += ((int.from_bytes(known, "big") + int(match[2] or 0)) % 256**size).to_bytes(size, "big")
                else:
                    inner, inner_takes = self.expand(known)
                    takes += [(start + len(items), size, name) for start, size, name in inner_takes]
                    items += inner
            else:
                items += bytes.fromhex(word) * times
        return items, takes

    def plain(self, items):
        kind = items[0]
        if kind == 1:
            return hello(0xA1, 0xA2)
        if kind == 2:
            self.seq += 1
            echo = (self.peer_seq, 0) if self.peer_seq is not None else (0, 0xFFFFFFFF)
            return bytes.fromhex("02000028") + struct.pack(">IIIIQQHBBI", self.seq, *echo, 0, self.received, self.received, 0, 0, 0, 0)
        if kind == 3:
            self.limit += 32768
            return bytes.fromhex("03000008") + struct.pack(">Q", self.limit)
        if kind == 6:
            return bytes.fromhex("06000010000003E80000001400000014") + bytes(4)
        return bytes([0x61]) * len(items)

    def take(self, text):
        items, takes = self.expand(text)
        plain = self.plain(items)
        data = bytes(free if item is None else item for item, free in zip(items, plain))
        for start, size, name in takes:
            self.definitions[name] = data[start:start + size]
        if data[0] == 2:
            self.seq = int.from_bytes(data[4:8], "big")
        self.connection.send(SERVER, data)

    def send(self, text):
        match = re.fullmatch(r"(\d+) x (.*)", text)
        count, text = (int(match[1]), match[2]) if match else (1, text)
        data = b"".join(bytes(self.expand(text, repeat)[0]) for repeat in range(count))
        self.connection.send(CLIENT, data)
        if data[:4] == bytes.fromhex("02000028"):
            self.peer_seq = int.from_bytes(data[-40:-36], "big")
        elif data[0] == 0:
            self.received += len(data) - 4

    def play(self, steps):
        """The rule that is broken, or none."""
        rule, is_lost = None, False
        for step in steps:
            word, _, rest = step.partition(" ")
            if word == "open":
                self.take("$any-hello")
                self.send("$hello")
            elif word == "take":
                self.take(rest)
            elif word == "send":
                self.send(rest)
            elif word == "at":
                self.connection.at(int(rest))
            elif word == "fin":
                self.connection.segment(CLIENT, FIN | ACK)
            elif word == "lost":
                kind, _, rule = rest.partition(" ")
                rule, is_lost = "NotLiveness" if kind == "PeerNotLiveness" else rule or None, True
            elif word == "goodbye" and rest != "none":
                reason = snake(rule).encode() if rest == "3" else b""
                self.connection.send(SERVER, struct.pack(">IH", 0x05000002 + len(reason), int(rest)) + reason)
        if is_lost:
            self.connection.segment(SERVER, RST | ACK)
        return rule


def write(pages, capture_path, manifest_path):
    wire = Path(pages, "Wire/PROTOCOL.md").read_text()
    side = Path(pages, "SideChannel/PROTOCOL.md").read_text()
    capture, manifest = Capture(), []
    for line, rows in indented(blocks(wire, "vectors")[0]):
        # Each by itself, in a stream whose beginning is missing: they are no conversation.
        capture.open(with_syn=False).send(CLIENT, bytes.fromhex("".join(rows)))
        manifest.append({"name": "vector " + line, "rule": None, "fields": line})
    for rule, rows in indented(blocks(wire, "rejected")[0]):
        connection = capture.open()
        shake_hands(connection)
        connection.send(CLIENT, bytes.fromhex("".join(rows)))
        manifest.append({"name": f"rejected {rule} {rows[0][:11]}", "rule": rule})
    definitions = {}
    for line, steps in indented(blocks(wire, "sessions")[0]):
        word, name, rest = line.split(" ", 2)
        if word == "LET":
            definitions[name] = rest
        else:
            manifest.append({"name": "case " + name, "rule": Case(capture.open(), definitions).play(steps)})
    write_side(capture, manifest, blocks(side, "vectors")[0])
    capture.save(capture_path)
    Path(manifest_path).write_text(json.dumps(manifest, indent=1))


def write_side(capture, manifest, block):
    sessions = []
    for line in filter(str.strip, block.splitlines()):
        if line.startswith("session "):
            sessions.append((line, []))
        else:
            sessions[-1][1].append(line)
    greeting = [line for line in sessions[0][1] if line[0] in "CS"]
    watch = next(line for _, lines in sessions for line in lines if line.endswith(" WATCH"))
    for name, lines in sessions:
        connection = capture.open()
        shake_hands(connection)
        is_greeting = " handshake" in name
        before = [] if is_greeting else greeting + ([] if watch in lines else [watch])
        for line in before + lines:
            if line[0] in "CS":
                data = bytes.fromhex(line.split()[1])
                # A message is cut into two frames, and a frame holds parts of two messages.
                for part in (data[:20], data[20:]) if is_greeting else (data,):
                    connection.send("CS".index(line[0]), struct.pack(">I", len(part)) + part)
        rule = "SideMessage" if any(line.startswith("= refused") for line in lines) else None
        manifest.append({"name": "side " + name[len("session "):], "rule": rule})


OWN = "liveness."
SILENT = {"data.payload", "hello.magic", "extension", "undissected"}
TEXTS = ("violation.", "expert.")  # of expert information


def frames(pdml):
    """For each packet: its stream, its side, and the frames in it, each a list of (field, value). Packets are counted in each stream."""
    first = {}
    for number, packet in enumerate(ElementTree.parse(pdml).getroot(), 1):
        stream = int(packet.find(".//field[@name='tcp.stream']").get("show"))
        port = packet.find(".//field[@name='tcp.srcport']")
        first.setdefault(stream, number)
        found = [[tell_field(field, first[stream]) for field in proto.iter("field") if field.get("name").startswith(OWN)]
                 for proto in packet.findall("proto[@name='liveness']")]
        if found:
            yield stream, "server" if port.get("show") == str(SERVER_PORT) else "client", found


def tell_field(field, first):
    name, value = field.get("name")[len(OWN):], field.get("show") or field.get("showname")
    return name, f"packet {int(value) - first + 1}" if name == "echo_of" else value


def tell(manifest, pdml, wanted):
    last = None
    for stream, side, found in frames(pdml):
        if manifest[stream]["name"] not in wanted:
            continue
        if stream != last:
            print(f"{manifest[stream]['name']}")
            last = stream
        # What a HELLO says is told once for each kind of it, and not with every conversation.
        with_hello = re.match("vector|case hello", manifest[stream]["name"])
        for fields in found:
            print(f"  {side} " + " ".join(
                f"{name}=({value})" if name.startswith(TEXTS) else f"{name}={value}"
                for name, value in fields if name not in SILENT and (with_hello or not name.startswith("hello."))))


NAMES = {
    "HELLO": {"minVersion": "hello.min_version", "maxVersion": "hello.max_version", "flags": "hello.flags", "instance": "hello.instance_id",
              "endpoint": "hello.endpoint_id", "rx": "hello.rx_interval", "minRx": "hello.min_rx_interval", "minTx": "hello.min_tx_interval",
              "maxFrame": "hello.max_frame", "firstCredit": "hello.first_credit"},
    "BEAT": {"seq": "beat.seq", "echoSeq": "beat.echo_seq", "echoDelay": "beat.echo_delay", "heardAgo": "beat.heard_ago",
             "received": "beat.received", "consumed": "beat.consumed", "lag": "beat.lag", "flags": "beat.flags", "generation": "beat.generation"},
    "CREDIT": {"offset": "credit.offset"},
    "END": {},
    "GOODBYE": {"code": "goodbye.code", "reason": "goodbye.reason"},
    "RATE": {"rx": "rate.rx_interval", "minRx": "rate.min_rx_interval", "minTx": "rate.min_tx_interval", "generation": "rate.generation"},
    "DATA": {"text": "data.payload"},
    "EXTENSION": {"type": "type", "length": "length"},
}


def same(name, written, shown):
    if name in ("instance", "endpoint"):
        return written == shown.replace(":", "").upper()
    if name == "text":
        return written == bytes.fromhex(shown.replace(":", "")).decode()
    return written == shown if name == "reason" else shown != "" and int(written) == int(shown, 0)


def check(manifest, pdml):
    """What is wrong, a line each."""
    wrong, seen = [], [[] for _ in manifest]
    for stream, _, found in frames(pdml):
        seen[stream] += found
    for entry, found in zip(manifest, seen):
        rules = {value for fields in found for name, value in fields if name == "violation"}
        if not found:
            wrong.append(f"{entry['name']}: nothing was dissected")
        if rules != ({entry["rule"]} - {None}):
            wrong.append(f"{entry['name']}: broken are {sorted(rules) or 'no rules'}, and the page says {entry['rule']}")
        if "fields" in entry and found:
            kind, _, rest = entry["fields"].partition(" ")
            shown = dict(found[0])
            for name, field in NAMES[kind].items():
                match = re.search(rf"\b{name}=(.*)$" if name in ("reason", "text") else rf"\b{name}=(\S*)", rest)
                if not same(name, match[1], shown.get(field, "")):
                    wrong.append(f"{entry['name']}: {field} is {shown.get(field)}")
    return wrong


def main(arguments):
    if len(arguments) == 4 and arguments[0] == "write":
        write(*arguments[1:])
        return 0
    if len(arguments) == 4 and arguments[0] == "tell":
        tell(json.loads(Path(arguments[1]).read_text()), arguments[2], Path(arguments[3]).read_text().splitlines())
        return 0
    if len(arguments) == 3 and arguments[0] == "check":
        manifest = json.loads(Path(arguments[1]).read_text())
        wrong = check(manifest, arguments[2])
        print("\n".join(wrong) or f"{len(manifest)} connections are dissected as the pages say")
        return 1 if wrong else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
