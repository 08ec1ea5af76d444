#!/usr/bin/env python3
"""Plays the vectors of PROTOCOL.md against the peer, in virtual time: python3 -m unittest discover samples/PythonPeer"""

import pathlib
import re
import unittest

import peer

PAGE = (pathlib.Path(__file__).parent / "../../src/Liveness/Wire/PROTOCOL.md").read_text(encoding="utf-8")


def block(name):
    return re.search(rf"```{name}\n(.*?)```", PAGE, re.DOTALL).group(1).splitlines()


def vectors(name):
    """Pairs of a first line and the bytes below it."""
    found = []
    for line in filter(None, block(name)):
        if line[0] != " ":
            found.append([line, b""])
        else:
            found[-1][1] += bytes.fromhex(line)
    return found


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def read(data, size=None):
    """All that a reader yields for a HELLO and these bytes."""
    reader = peer.FrameReader(65_536)
    hello = vectors("vectors")[0][1]
    events = []
    for at in range(0, len(hello + data), size or len(hello + data)):
        events += list(reader.feed((hello + data)[at:at + (size or len(hello + data))]))
    return events


class ByteVectors(unittest.TestCase):
    def test_every_frame_is_written_as_the_page_says(self):
        for line, data in vectors("vectors"):
            kind, _, rest = line.partition(" ")
            fields = dict(re.findall(r"(\w+)=(\S*)", rest))
            number = {name: int(text) for name, text in fields.items() if text.isdigit()}
            made = {
                "HELLO": lambda: peer.Hello(number["minVersion"], number["maxVersion"], number["flags"], bytes.fromhex(fields["instance"]),
                                            bytes.fromhex(fields["endpoint"]), number["rx"], number["minRx"], number["minTx"],
                                            number["maxFrame"], number["firstCredit"]).pack(),
                "BEAT": lambda: peer.Beat(*number.values()).pack(),
                "CREDIT": lambda: peer.frame(peer.CREDIT, number["offset"].to_bytes(8, "big")),
                "END": lambda: peer.frame(peer.END),
                "GOODBYE": lambda: peer.goodbye(number["code"], rest.partition("reason=")[2]),
                "RATE": lambda: peer.Rate(*number.values()).pack(),
                "DATA": lambda: peer.frame(peer.DATA, fields["text"].encode()),
                "EXTENSION": lambda: data,
            }[kind]()
            self.assertEqual(made, data, line)

    def test_every_frame_is_read_whole_and_byte_by_byte(self):
        for line, data in vectors("vectors")[1:]:
            whole, split = read(data)[1:], read(data, size=1)[1:]
            self.assertTrue(whole, line)
            join = lambda events: (events[0], b"".join(value for _, what, value in events if what == "bytes"))
            self.assertEqual(join(whole), join(split), line)

    def test_every_rejected_frame_is_named(self):
        for line, data in vectors("rejected"):
            with self.assertRaises(peer.Violation, msg=line) as raised:
                for kind, _, value in read(data):
                    if kind == peer.BEAT:
                        peer.Beat.unpack(value)
            self.assertEqual(str(raised.exception), line)

    def test_a_reason_is_cut_between_two_code_points(self):
        self.assertEqual(peer.goodbye(2, "a" * 255 + "é"), peer.frame(peer.GOODBYE, b"\0\2" + b"a" * 255))


class Run:
    """One case: it is the peer, and the session is the end that is tested."""

    def __init__(self, test, name):
        self.test, self.name = test, name
        self.session = peer.Session(peer.Settings())
        self.now = 0.0
        self.held = False
        self.handed_over = []
        self.seen = {}

    def play(self, steps):
        self.session.start(0.0)
        self.held = steps[0][0] == "hold"
        self.collect()
        for verb, *words in steps:
            self.step = f"{self.name}: {verb} {' '.join(words)}"
            getattr(self, "do_" + verb)(words)
            self.session.judge(self.now)
            self.collect()
        left = [frame.hex() for frame in self.handed_over if frame[0] not in (peer.BEAT, peer.CREDIT)]
        self.test.assertEqual(left, [], f"{self.name}: nothing else is handed over")

    def collect(self):
        while not self.held and (frame := self.session.next_frame(self.now)):
            self.handed_over.append(frame)

    def do_at(self, words):
        until = int(words[0]) / 1000
        while (wake := self.session.next_wake(self.now, not self.held)) < until:
            self.now = wake
            self.session.judge(wake)
            self.collect()
            if self.session.ending:
                break
        self.now = until

    def do_hold(self, _):
        self.held = True

    def do_release(self, _):
        self.held = False

    def do_send(self, words):
        times, words = (int(words[0]), words[2:]) if words[1:2] == ["x"] else (1, words)
        for i in range(times):
            self.session.receive(self.now, b"".join(self.bytes_of(word, i) for word in words))
            self.collect()

    def do_take(self, words):
        while self.handed_over:
            frame = self.handed_over.pop(0)
            if self.matches(frame, words):
                return
            self.test.assertIn(frame[0], (peer.BEAT, peer.CREDIT), f"{self.step}: {frame.hex()} came")
        self.test.fail(f"{self.step}: no such frame was handed over")

    def do_quiet(self, _):
        self.test.assertEqual([frame.hex() for frame in self.handed_over], [], self.step)

    def do_write(self, words):
        self.session.write(bytes(int(words[0])))

    def do_end(self, _):
        self.session.end()

    def do_close(self, _):
        self.session.close(self.now)

    def do_rate(self, words):
        self.session.change_detect_within(int(words[0]) / 1000)

    def do_readable(self, words):
        self.test.assertEqual(len(self.session.read(2**30)), int(words[0]), self.step)

    def do_fin(self, _):
        self.session.end_of_stream(self.now)

    def do_state(self, words):
        self.test.assertEqual(self.session.state, words[0], f"{self.step}: {self.session.ending}")

    def do_lost(self, words):
        ending = self.session.ending
        self.test.assertIsNotNone(ending, self.step)
        self.test.assertEqual(ending.kind, snake(words[0]), f"{self.step}: {ending}")
        if words[1:]:
            self.test.assertEqual(ending.text, words[1], self.step)

    def do_goodbye(self, words):
        said = self.session.last_word
        self.test.assertEqual(str(int.from_bytes(said[4:6], "big")) if said else "none", words[0], self.step)

    def bytes_of(self, word, i):
        if word[0] == "$":
            name, sign, shift = re.match(r"\$([\w-]*?)(?:([+-])(\d+))?$", word).groups()
            number = int.from_bytes(self.seen[name], "big") + int((sign or "+") + (shift or "0"))
            return (number % 2 ** (8 * len(self.seen[name]))).to_bytes(len(self.seen[name]), "big")
        if word[0] == "#":
            size, first = map(int, word[1:].split(":"))
            return (first + i).to_bytes(size, "big")
        text, _, times = word.partition("*")
        return bytes.fromhex(text) * int(times or 1)

    def matches(self, frame, words):
        at = 0
        for word in words:
            if word[:2] == "??":
                at += int(word[3:] or 1)
            elif ":" in word:
                name, size = word[1:].split(":")
                self.seen[name] = frame[at:at + int(size)]
                at += int(size)
            else:
                expected = self.bytes_of(word, 0)
                if frame[at:at + len(expected)] != expected:
                    return False
                at += len(expected)
        return at == len(frame)


class SessionVectors(unittest.TestCase):
    def test_every_case_of_the_page(self):
        names, cases = {}, []
        expand = lambda words: [part for word in words for part in names.get(word, [word])]
        for line in filter(None, block("sessions")):
            words = line.split()
            if words[0] == "LET":
                names["$" + words[1]] = expand(words[2:])
            elif words[0] == "CASE":
                cases.append((words[1], []))
            elif words[0] == "open":
                cases[-1][1].extend([["take", *names["$any-hello"]], ["send", *names["$hello"]]])
            else:
                cases[-1][1].append([words[0], *expand(words[1:])])
        self.assertGreater(len(cases), 80)
        for name, steps in cases:
            for _ in range(20):     # ids, sequence numbers and jitter are random
                with self.subTest(name):
                    Run(self, name).play(steps)


class Pairs(unittest.TestCase):
    """Two sessions over a line that takes 20 ms, for a long virtual time."""

    def run_pair(self, seconds, cut=None, cut_back=None, pause=None, t=(3.0, 3.0), act=lambda now, ends: None):
        ends = [peer.Session(peer.Settings(detect_within=each)) for each in t]
        lines, now = [[], []], 0.0
        for end in ends:
            end.start(0.0)
        while now < seconds and not all(end.ending for end in ends):
            act(now, ends)
            for i, end in enumerate(ends):
                if pause and i == 1 and pause[0] <= now < pause[1]:
                    continue
                if pause and i == 1 and pause[1] <= now < pause[1] + 0.01:
                    end.paused(pause[1] - pause[0] if end.pauses == 0 else 0)
                incoming = lines[1 - i]
                while incoming and incoming[0][0] <= now:
                    end.receive(now, incoming.pop(0)[1])
                end.judge(now)
                dead = (cut if i == 0 else cut_back)
                while frame := end.next_frame(now):
                    if dead is None or now < dead:
                        lines[i].append((now + 0.02, frame))
                if end.ending and end.last_word and (dead is None or now < dead):
                    lines[i].append((now + 0.02, end.last_word))
            now = round(now + 0.005, 3)
        return ends, now

    def test_an_idle_pair_stays_alive_for_two_minutes_whatever_each_wants(self):
        for t in ((3, 3), (0.1, 0.1), (1, 30), (0.1, 3600), (None, 2), (5, 5.4)):
            ends, _ = self.run_pair(120, t=t)
            self.assertEqual([end.ending for end in ends], [None, None], t)
            self.assertEqual([end.signals.count("alive") for end in ends], [0, 0], t)

    def test_a_cut_both_ways_is_told_within_the_bound(self):
        ends, now = self.run_pair(30, cut=10, cut_back=10)
        self.assertEqual([end.ending.kind for end in ends], ["heartbeat_timed_out"] * 2)
        self.assertLess(now, 13.05)

    def test_a_cut_one_way_is_told_at_both_ends(self):
        ends, now = self.run_pair(30, cut=10)
        self.assertIn(ends[0].ending.kind, ("outbound_dead", "peer_gave_up"))
        self.assertEqual(ends[1].ending.kind, "heartbeat_timed_out")
        self.assertLess(now, 13.4)

    def test_an_own_pause_convicts_nobody_here(self):
        ends, _ = self.run_pair(30, pause=(10, 12))
        self.assertEqual([end.ending for end in ends], [None, None])

    def test_rates_change_all_the_time_and_nobody_is_lost(self):
        wanted = [3, 6, 1, 30, 0.2, 2]

        def act(now, ends):
            if round(now * 1000) % 700 == 0:
                for i, end in enumerate(ends):
                    if end.is_open:
                        end.change_detect_within(wanted[int(now / 0.7 + i) % 6])

        ends, _ = self.run_pair(60, act=act)
        self.assertEqual([end.ending for end in ends], [None, None])
        self.assertGreater(min(end.own_generation for end in ends), 25)

    def test_a_megabyte_passes_both_ways_and_is_closed_in_good_order(self):
        data = bytes(range(256)) * 4096
        received = [bytearray(), bytearray()]

        def act(now, ends):
            for i, end in enumerate(ends):
                if now == 0:
                    end.write(data)
                received[i] += end.read(2**20)
            if len(received[0]) == len(received[1]) == len(data):
                ends[0].close(now)

        ends, _ = self.run_pair(60, act=act)
        self.assertEqual([end.ending.kind for end in ends], ["closed", "closed"])
        self.assertEqual([bytes(each) for each in received], [data, data])
        self.assertEqual(ends[0].confirmed, len(data))


class Hostile(unittest.TestCase):
    def test_no_bytes_make_it_raise_or_grow(self):
        import random
        for seed in range(2000):
            rng = random.Random(seed)
            session = peer.Session(peer.Settings())
            session.start(0.0)
            session.next_frame(0.0)
            session.receive(0.0, vectors("vectors")[0][1])
            while not session.ending:
                kind = rng.choice([0, 1, 2, 3, 4, 5, 6, 0x80, 0x81, 0x9F, rng.randrange(256)])
                session.receive(0.0, bytes([kind, 0, 0, rng.choice([0, 2, 4, 8, 16, 40, 64, 200])]) + rng.randbytes(rng.randrange(60)))
                while session.next_frame(0.0):
                    pass
                self.assertLessEqual(len(session.unread), 65_536)
                self.assertLessEqual(len(session.reader.payload), 258)
                if session.goodbye_received is not None:
                    break

    def test_a_reason_forges_no_line(self):
        self.assertEqual(peer.printable("a\nb\u202ec\u2028d\x85"), "a\\u000ab\\u202ec\\u2028d\\u0085")


if __name__ == "__main__":
    unittest.main()
