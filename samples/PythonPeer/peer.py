#!/usr/bin/env python3
"""A Liveness peer in one file, with nothing but Python's standard library.

    python3 peer.py listen PORT          serve everybody who connects
    python3 peer.py connect HOST PORT    connect to a peer

Both roles send back whatever comes. It is written from src/Liveness/Wire/PROTOCOL.md alone, and the numbers in the comments are that
page's sections. Read it from top to bottom:

    1. frames        bytes to frames and back, and what breaks a rule by itself
    2. intervals     how often to beat, and when silence is death
    3. flood guard   how many control frames are too many
    4. session       one end of a connection: a pure function of what came and when
    5. connection    the thin shell around it: a socket, a clock, a loop
    6. echo          the application, and the command line

Times are seconds, as floats. Nothing in the parts 1 to 4 asks a clock or a socket, so test_peer.py plays the page's vectors in no time.
"""

import argparse
import collections
import fcntl
import os
import random
import select
import signal
import socket
import struct
import sys
import termios
import threading
import time
import unicodedata

# ---------------------------------------------------------------------------------------------------------------------- 1. frames

DATA, HELLO, BEAT, CREDIT, END, GOODBYE, RATE = range(7)
RECONNECT_AFTER = 0x81
FIRST_EXTENSION = 0x80

MAGIC = b"LIVE"
A_DAY = 86_400_000
MOST_CREDIT = 2**30
NO_ECHO = 0xFFFFFFFF
ASKS, ANSWERS = 1, 2

DONE, GOING_AWAY, JUDGED_LOST, PROTOCOL_VIOLATION, REFUSED, ABORTED, OUTBOUND_DEAD, CLOSE_TIMED_OUT = range(8)


class Violation(Exception):
    """The peer broke a rule of section 10. Its text is the rule's name."""


class NotLiveness(Exception):
    """The first bytes can't belong to a HELLO (3.2). Its text shows them."""


def frame(kind, payload=b""):
    return bytes([kind]) + len(payload).to_bytes(3, "big") + payload


class Hello(collections.namedtuple("Hello", "min_version max_version flags instance endpoint rx min_rx min_tx max_frame first_credit")):
    FORMAT = struct.Struct(">4s B B H 16s 16s I I I I Q")

    def pack(self):
        return frame(HELLO, self.FORMAT.pack(MAGIC, *self))

    @classmethod
    def unpack(cls, payload):
        return cls(*cls.FORMAT.unpack(payload)[1:])


class Beat(collections.namedtuple("Beat", "seq echo_seq echo_delay heard_ago received consumed lag flags generation")):
    FORMAT = struct.Struct(">I I I I Q Q H B x I")

    def pack(self):
        return frame(BEAT, self.FORMAT.pack(*self))

    @classmethod
    def unpack(cls, payload):
        if payload[34] & ~(ASKS | ANSWERS):
            raise Violation("BeatFlags")
        if payload[35]:
            raise Violation("ReservedNotZero")
        return cls(*cls.FORMAT.unpack(payload))


class Rate(collections.namedtuple("Rate", "rx min_rx min_tx generation")):
    FORMAT = struct.Struct(">I I I I")

    def pack(self):
        return frame(RATE, self.FORMAT.pack(*self))

    @classmethod
    def unpack(cls, payload):
        return cls(*cls.FORMAT.unpack(payload))


def goodbye(code, reason=""):
    text = reason.encode()[:256].decode(errors="ignore")  # cut between two code points
    return frame(GOODBYE, code.to_bytes(2, "big") + text.encode())


def intervals_are_legal(rx, min_rx, min_tx):
    return max(rx, min_rx, min_tx) <= A_DAY and (rx == 0 or min_rx <= rx)


def printable(text):
    """Peer text that is fit for a log line: nothing in it begins a new line or turns the writing around (11)."""
    return "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") else f"\\u{ord(c):04x}" for c in text)


def may_begin_a_hello(begun):
    """Whether these first bytes, 8 at most, can still become a HELLO (3.2)."""
    length = begun[1:4]
    if begun[:1] != b"\x01" or not b"\0\0\x40"[: len(length)] <= length <= b"\0\x02\0"[: len(length)]:
        return False
    return MAGIC.startswith(begun[4:8])


class FrameReader:
    """Cuts the stream of bytes into frames (2).

    It stores at most 258 bytes, whatever comes: a length is judged by the header alone, DATA is passed on as it arrives, and what nobody
    reads of a long HELLO or of an extension is skipped.
    """

    LENGTHS = {HELLO: (64, 512), BEAT: (40, 40), CREDIT: (8, 8), END: (0, 0), GOODBYE: (2, 258), RATE: (16, 16)}
    RULES = {DATA: "DataLength", HELLO: "HelloLength", BEAT: "BeatLength", CREDIT: "CreditLength", END: "EndLength",
             GOODBYE: "GoodbyeLength", RATE: "RateLength"}
    KEPT = {HELLO: 64, BEAT: 40, CREDIT: 8, GOODBYE: 258, RATE: 16, RECONNECT_AFTER: 4}

    def __init__(self, max_frame):
        self.max_frame = max_frame
        self.beginning = b""    # the first bytes of all, as evidence
        self.header = b""
        self.payload = b""
        self.missing = None     # of the payload; None = the header is not complete

    def feed(self, data):
        """Yields (kind, "header", length) and (kind, "bytes", chunk) for DATA, (kind, "frame", payload) for everything else."""
        at = 0
        while at < len(data):
            if len(self.beginning) < 16:
                self.look_at_the_beginning(data[at:])
            if self.missing is None:
                taken = data[at:at + 4 - len(self.header)]
                self.header += taken
                at += len(taken)
                if len(self.header) < 4:
                    return
                kind, length = self.header[0], int.from_bytes(self.header[1:], "big")
                self.judge_length(kind, length)
                self.missing, self.payload = length, b""
                if kind == DATA:
                    yield DATA, "header", length
            kind = self.header[0]
            chunk = data[at:at + self.missing]
            at += len(chunk)
            self.missing -= len(chunk)
            if kind == DATA and chunk:
                yield DATA, "bytes", chunk
            elif kind != DATA:
                self.payload += chunk[:self.KEPT.get(kind, 0) - len(self.payload)]
            if self.missing == 0:
                self.missing, self.header = None, b""
                if kind != DATA:
                    yield kind, "frame", self.payload

    def judge_length(self, kind, length):
        if kind == DATA:
            least, most, rule = 1, self.max_frame, "DataLength"
        elif kind >= FIRST_EXTENSION:
            least, most, rule = 0, 65_536, "ExtensionLength"
        elif kind in self.LENGTHS:
            (least, most), rule = self.LENGTHS[kind], self.RULES[kind]
        else:
            raise Violation("UnknownFrameType")
        if not least <= length <= most:
            raise Violation(rule)

    def look_at_the_beginning(self, data):
        checked = len(self.beginning)
        self.beginning += data[:16 - checked]
        if checked < 8 and not may_begin_a_hello(self.beginning[:8]):
            raise NotLiveness(self.beginning.hex(" "))


# ------------------------------------------------------------------------------------------------------------------- 2. intervals

OWN_FLOOR = 20  # ms: we beat no more often than this, and put up with no more


class Wish:
    """What an end draws from T, the time within which it wants to know of a loss (4). T of None = it does not judge silence."""

    def __init__(self, detect_within):
        if detect_within is not None and not 0.1 <= detect_within < 86_400:
            raise ValueError(f"T is {detect_within:g} s; allowed are 0.1 up to, and without, 86400")
        self.detect_within = detect_within
        t = detect_within or 0
        self.missed_beats = max(3, -int(-t // 1) - 1) if t <= 10 else 9
        self.interval = t / (self.missed_beats + 1) if t else float("inf")
        self.rx = int(self.interval * 1000 + 1e-6) if t else 0
        self.min_rx = min(OWN_FLOOR, self.rx) if t else OWN_FLOOR
        self.min_tx = OWN_FLOOR

    def receive_interval(self, peer):
        """R: how often the peer will be heard."""
        return max(self.rx, peer.min_tx) / 1000

    def bound(self, peer):
        """After so much silence the peer is lost."""
        return (self.missed_beats + 1) * self.receive_interval(peer) if self.rx else float("inf")

    def send_interval(self, peer):
        """S: how often we beat."""
        return max(min(peer.rx / 1000, self.interval), peer.min_rx / 1000, self.min_tx / 1000)


# ----------------------------------------------------------------------------------------------------------------- 3. flood guard


class FloodGuard:
    """Control frames without end cost a receiver time for nothing: each takes a token, and only time brings new ones (8)."""

    def __init__(self, now, min_rx):
        self.begun = now
        self.per_second = 1.125 * 1000 / min_rx
        self.taken = 0
        self.credits = 0
        self.open_probes = 0    # of ours, not yet answered

    def control(self, now, is_answer=False):
        if is_answer and self.open_probes > 0:
            self.open_probes -= 1
            return
        self.taken += 1
        if self.taken > 64 + (now - self.begun) * self.per_second:
            raise Violation("Flood")

    def credit(self, sent):
        self.credits += 1
        if self.credits > 64 + sent // 4096:
            raise Violation("Flood")


# --------------------------------------------------------------------------------------------------------------------- 4. session


def newer(a, b):
    """Sequence numbers come round: RFC 1982."""
    return 0 < (a - b) % 2**32 < 2**31


class Ending(collections.namedtuple("Ending", "kind text code reason aborts")):
    """How a connection ended (9.1). A loss has another kind than "closed"; code = the GOODBYE before it, None = none; aborts = RST."""

    @property
    def is_loss(self):
        return self.kind != "closed"


class Settings:
    def __init__(self, detect_within=3.0, window=65_536, max_frame=65_536, handshake_timeout=10.0, close_timeout=None, tick=0.1):
        if window < 8192:
            raise ValueError(f"the window is {window} bytes; at least 8192 can be granted in time (7)")
        self.wish = Wish(detect_within)
        self.window = window
        self.max_frame = max_frame
        self.handshake_timeout = handshake_timeout
        self.close_timeout = close_timeout or min(detect_within or 5.0, 5.0)
        self.close_deadline = 60.0
        self.tick = tick        # how late our timer may be


INSTANCE = os.urandom(16)  # one for each process


class Session:
    """One end of a connection, without socket, clock or thread.

    Its shell says what happened, and when: start, receive, end_of_stream, failed, paused, blocked, acknowledged, judge. It hands over what
    next_frame() gives, asks again at next_wake(), and is done once there is an ending.

    `now` always is a monotonic clock. Ages that convict the peer leave out the time in which we could not run: _ran() is their clock.
    """

    def __init__(self, settings):
        self.settings = settings
        self.endpoint = os.urandom(16)
        self.ending = None
        self.signals = []               # words for people, in order: what has happened

        self.reader = FrameReader(settings.max_frame)
        self.started = None
        self.pauses = 0.0               # in all
        self.peer = None                # its HELLO
        self.peer_rate = None           # its intervals: of HELLO, later of RATE
        self.hello_sent = False
        self.guard = None

        # Silence (4)
        self.heard = None
        self.suspect = False
        self.lag = 0                    # ms: how late our own loop is

        # Beats (5)
        self.first_seq = random.getrandbits(32)
        self.next_seq = self.first_seq
        self.sent_beats = collections.OrderedDict()   # of the last 64: seq -> (now, ran)
        self.last_beat_at = None        # hand-over, whatever its cause
        self.last_spaced_at = None      # hand-over of the last frame that the spacing holds
        self.jitter = 1.0
        self.beat_now = False           # pulled in: goes as soon as the spacing lets it
        self.answer_wanted = False
        self.probe_wanted = False
        self.last_probe_at = None
        self.peer_seq = None            # of the newest BEAT received
        self.peer_seq_at = None
        self.peer_beat = None
        self.round_trip = 0.0

        # The way out (4, one-way loss)
        self.echoed = None              # e: the newest own seq that the peer has echoed; None = our HELLO
        self.echoed_ran = None          # when e was handed over
        self.after_echoed_ran = None    # when e + 1 was
        self.age_at_beat = 0.0          # A, when the newest BEAT came
        self.doubt = None               # (seq, ran) of the probe that asks whether the way out is dead
        self.doubted = False            # that probe was wanted, for this e
        self.blocked_ran = None         # since when a beat can't be handed over

        # RATE (6)
        self.wish = settings.wish       # the newest one
        self.judged = settings.wish     # what we judge silence by
        self.agreed = settings.wish     # the last one that the peer has confirmed
        self.in_flight = None
        self.own_generation = 0
        self.peer_generation = 0        # of the last RATE received
        self.confirmed_generation = 0   # of the newest BEAT received
        self.rate_waits = False
        self.rate_went_last = False     # RATE and BEAT take turns

        # Data and credit (7)
        self.unsent = bytearray()
        self.sent = 0
        self.limit = 0                  # up to where we may send
        self.confirmed = 0              # the peer's `received`
        self.unread = bytearray()
        self.received = 0
        self.consumed = 0
        self.granted = settings.window
        self.told_received = 0          # by our newest BEAT

        # Ends (9)
        self.end_wanted = False
        self.end_sent = False
        self.end_received = False
        self.farewell = None            # (code, reason) of an orderly close that is wanted
        self.reconnect_after = None
        self.goodbye_sent = False
        self.goodbye_received = None
        self.closing_at = None
        self.progress_at = None

    # -- what the shell says

    def start(self, now):
        self.started = self.heard = now

    def paused(self, duration):
        """Our process could not run: that is no silence of the peer."""
        self.pauses += duration

    def receive(self, now, data):
        if self.ending or self.goodbye_received is not None:
            return
        self.heard = self._ran(now)     # any byte is life, and is stamped before it is parsed
        if self.suspect:
            self.suspect = False
            self.probe_wanted = False
            self.signals.append("alive")
            self._adopt_agreed()
        try:
            for kind, what, value in self.reader.feed(data):
                self._take(now, kind, what, value)
                if self.ending or self.goodbye_received is not None:
                    return
        except NotLiveness as first_bytes:
            self._lose("peer_not_liveness", f"the peer's first bytes are {first_bytes}")
        except Violation as rule:
            name = str(rule)
            snake = "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")
            self._lose("protocol_violated", name, PROTOCOL_VIOLATION, snake)
        self.judge(now)

    def end_of_stream(self, now):
        if self.ending or self.goodbye_received is not None:
            return
        if not self.is_open:
            self._lose("handshake_failed", "the stream ended before the peer's HELLO")
        elif self.confirmed == self.sent and not self.unsent and (self.goodbye_sent or (self.end_sent and self.end_received)):
            self._close("closed")
        else:
            self._lose("closed_without_goodbye", "the stream ended without GOODBYE")

    def failed(self, now, kind, text):
        """The transport failed, and all that was received before has been handed in."""
        if self.goodbye_received is not None:
            self._close("closed by the peer")
        elif not self.ending:
            self._lose(kind if self.is_open else "handshake_failed", text)

    def acknowledged(self, since):
        """The peer's kernel has acknowledged more than at the look before, which was at that time."""
        if self.goodbye_sent:
            self._note_progress(since)
        if self.blocked_ran is not None:
            self.blocked_ran = self._ran(since)

    def blocked(self, now, is_blocked):
        """The transport takes nothing now, or takes again."""
        if not (is_blocked and self.is_open and not self.goodbye_sent and self._beat_may_go(now)):
            self.blocked_ran = None
        elif self.blocked_ran is None:
            self.blocked_ran = self._ran(now)

    # -- what the application says

    @property
    def readable(self):
        return len(self.unread)

    @property
    def no_more_comes(self):
        return not self.unread and (self.end_received or self.goodbye_received is not None or self.ending is not None)

    def read(self, most):
        data = bytes(self.unread[:most])
        del self.unread[:len(data)]
        self.consumed += len(data)
        return data

    def write(self, data):
        if self.end_wanted or self.farewell or self.goodbye_received is not None or self.ending:
            raise BrokenPipeError("this end sends no more")
        self.unsent += data

    def end(self):
        self.end_wanted = True

    def close(self, now, code=DONE, reconnect_after=None):
        if self.ending or self.farewell:
            return
        if not self.is_open and not self.unsent:
            self._close("closed before the handshake")
            return
        self.end_wanted = True
        self.farewell = (code, "")
        self.reconnect_after = reconnect_after
        self.closing_at = self.progress_at = self._ran(now)
        self._discard()

    def abort(self):
        if not self.ending:
            self._lose("aborted", "the application aborted the connection", ABORTED)

    def change_detect_within(self, detect_within):
        """Another T for the running connection (6)."""
        self.wish = Wish(detect_within)
        if self.is_open:
            self.rate_waits = True
            self.judged = self._more_patient(self.judged, self.wish)    # slower holds at once, for a running silence too

    # -- what the session says

    @property
    def is_open(self):
        return self.hello_sent and self.peer is not None

    @property
    def state(self):
        if self.ending:
            return "lost" if self.ending.is_loss else "closed"
        if self.goodbye_received is not None:
            return "goodbye-received"
        if not self.is_open:
            return "before-hello"
        if self.goodbye_sent:
            return "goodbye-sent"
        if self.end_sent or self.end_received:
            return "end-both" if self.end_sent and self.end_received else "end-sent" if self.end_sent else "end-received"
        return "suspect" if self.suspect else "open"

    @property
    def incident(self):
        """The same at both ends (3.4)."""
        return bytes(a ^ b for a, b in zip(self.endpoint, self.peer.endpoint)).hex() if self.peer else None

    @property
    def last_word(self):
        """The GOODBYE before an abort, where it can be written without waiting, between two frames."""
        if self.ending is None or self.ending.code is None or self.goodbye_sent or not self.hello_sent:
            return b""
        return goodbye(self.ending.code, self.ending.reason)

    # -- frames that arrive

    def _take(self, now, kind, what, value):
        if kind != HELLO and not self.hello_sent and not (kind == GOODBYE and self.peer):
            raise Violation("FrameBeforeHello")
        if what == "header":
            self._take_data_header(value)
        elif what == "bytes":
            self._take_data(value)
        elif kind == HELLO:
            self._take_hello(now, Hello.unpack(value))
        elif kind == CREDIT:
            self._take_credit(now, int.from_bytes(value, "big"))
        elif kind == BEAT:
            beat = Beat.unpack(value)   # what is wrong in the bytes themselves comes first
            self.guard.control(now, is_answer=bool(beat.flags & ANSWERS))
            self._take_beat(now, beat)
        else:
            if self.is_open:            # a GOODBYE may come before our HELLO has left
                self.guard.control(now)
            self._take_control(kind, value)

    def _take_control(self, kind, value):
        if kind == END:
            if self.end_received:
                raise Violation("SecondEnd")
            self.end_received = True
            self.signals.append("the peer sends no more")
        elif kind == RATE:
            self._take_rate(Rate.unpack(value))
        elif kind == GOODBYE:
            self._take_goodbye(int.from_bytes(value[:2], "big"), value[2:].decode(errors="replace"))
        elif kind == RECONNECT_AFTER and len(value) == 4:
            wait = min(int.from_bytes(value, "big"), A_DAY)
            self.signals.append(f"the peer asks to be left alone for {wait} ms")

    def _take_hello(self, now, hello):
        if self.peer:
            raise Violation("SecondHello")
        if hello.endpoint == self.endpoint:
            raise NotLiveness("our own HELLO: something sends our bytes back")
        if hello.min_version == 0 or hello.min_version > hello.max_version:
            raise Violation("HelloVersions")
        if not intervals_are_legal(hello.rx, hello.min_rx, hello.min_tx):
            raise Violation("HelloIntervals")
        if not 1 <= hello.max_frame <= 65_536:
            raise Violation("HelloMaxFrame")
        if hello.first_credit > MOST_CREDIT:
            raise Violation("CreditTooFarAhead")
        if hello.min_version > 1:
            self._lose("handshake_failed", f"the peer speaks the versions {hello.min_version} to {hello.max_version}, we speak 1", REFUSED)
            return
        self.peer = self.peer_rate = hello
        self.limit = hello.first_credit
        if self.hello_sent:
            self._open(now)

    def _open(self, now):
        self.heard = self._ran(now)
        self.guard = FloodGuard(now, self.settings.wish.min_rx)
        self.judged = self.agreed = self.settings.wish
        self.rate_waits = self.wish is not self.settings.wish
        self.signals.append(f"open, incident {self.incident}")

    def _take_beat(self, now, beat):
        if self.peer_seq is not None and beat.seq != (self.peer_seq + 1) % 2**32:
            raise Violation("SequenceNotNext")
        if beat.generation < self.confirmed_generation:
            raise Violation("GenerationRegressed")
        if beat.generation > self.own_generation:
            raise Violation("GenerationNeverSent")
        if beat.consumed > beat.received:
            raise Violation("ConsumedBeyondReceived")
        if self.peer_beat and (beat.received < self.confirmed or beat.consumed < self.peer_beat.consumed):
            raise Violation("CountRegressed")
        if beat.received > self.sent:
            raise Violation("CountBeyondSent")
        self._take_echo(now, beat)
        self.peer_seq, self.peer_seq_at, self.peer_beat = beat.seq, now, beat
        self.age_at_beat = self._ran(now) - self.echoed_ran
        if beat.received > self.confirmed:
            self.confirmed = beat.received
            self._note_progress(now)
            self.blocked_ran = None
        if beat.generation > self.confirmed_generation:
            self.confirmed_generation = beat.generation
            self.agreed, self.in_flight = self.in_flight, None
            self._adopt_agreed()
        if beat.flags & ASKS and not self.goodbye_sent:
            self.answer_wanted = True
        if beat.flags == 0 and self._role() == "follower" and self._follower_may_join(now):
            self.beat_now = True

    def _take_echo(self, now, beat):
        if beat.echo_delay == NO_ECHO:
            if self.echoed is not None:
                raise Violation("EchoRegressed")
            return
        seq, last = beat.echo_seq, (self.next_seq - 1) % 2**32
        if self.last_beat_at is None or newer(seq, last):
            raise Violation("EchoNeverSent")
        oldest = self.first_seq if self.echoed is None else self.echoed
        if seq != oldest and not newer(seq, oldest):
            raise Violation("EchoNeverSent" if self.echoed is None else "EchoRegressed")
        if seq == self.echoed:
            return
        self.echoed = seq
        oldest_kept = next(iter(self.sent_beats.values()))[1]
        sent_at, self.echoed_ran = self.sent_beats.get(seq, (None, oldest_kept))
        after = (seq + 1) % 2**32
        self.after_echoed_ran = None if after == self.next_seq else self.sent_beats.get(after, (None, oldest_kept))[1]
        if self.doubt and not newer(self.doubt[0], seq):
            self.doubt = None
        self.doubted = self.doubt is not None
        if sent_at is not None and beat.echo_delay != 0xFFFFFFFE:
            self.round_trip = max(0.0, now - sent_at - beat.echo_delay / 1e6)

    def _take_rate(self, rate):
        if not intervals_are_legal(rate.rx, rate.min_rx, rate.min_tx):
            raise Violation("RateIntervals")
        if rate.generation != self.peer_generation + 1:
            raise Violation("RateGeneration")
        self.peer_rate, self.peer_generation = rate, rate.generation
        self.beat_now = True            # one that carries the new generation
        self.signals.append(f"the peer wants to hear us every {rate.rx} ms")

    def _take_credit(self, now, offset):
        self.guard.credit(self.sent)
        if offset <= self.limit:
            raise Violation("CreditNotRaised")
        if offset - self.sent > MOST_CREDIT:
            raise Violation("CreditTooFarAhead")
        self.limit = offset
        self._note_progress(now)

    def _take_data_header(self, length):
        if self.end_received:
            raise Violation("DataAfterEnd")
        if self.received + length > self.granted:
            raise Violation("DataBeyondCredit")

    def _take_data(self, chunk):
        self.received += len(chunk)
        self.unread += chunk
        if self.farewell:
            self._discard()

    def _take_goodbye(self, code, reason):
        if code > GOING_AWAY:
            names = {2: "it heard nothing of us", 3: "we broke a rule", 4: "it refuses us", 5: "its application aborted",
                     6: "what it sends does not reach us", 7: "its close made no progress"}
            self._lose("peer_gave_up", f"GOODBYE {code}: {names.get(code, 'a later version')}: {printable(reason)}".rstrip(": "))
            return
        self.goodbye_received = code
        self.end_received = True
        self.unsent.clear()
        if self.goodbye_sent:
            self.confirmed = self.sent  # it came after ours had left, or crossed it: 9
            self._close("closed")

    # -- frames that leave

    def next_frame(self, now):
        """The next frame, at the moment of its hand-over; b"" = there is none. Call it only when the frame before is wholly handed over."""
        if self.ending:
            return b""
        if not self.hello_sent:
            return self._make_hello(now)
        if self.goodbye_received is not None:
            return self._make_goodbye((DONE, ""))
        if not self.is_open or self.goodbye_sent:
            return b""
        if self.answer_wanted:          # the spacing does not hold it back
            return self._make_beat(now)
        if self._rate_may_go(now):
            return self._make_rate(now)
        if self._beat_may_go(now):
            return self._make_beat(now)
        if self._credit_is_due():
            self.granted = self.consumed + self.settings.window
            return frame(CREDIT, self.granted.to_bytes(8, "big"))
        if self.unsent and self.sent < self.limit:
            return self._make_data(now)
        if self.unsent:
            return b""
        if self.farewell and self.received != self.told_received:
            return self._make_beat(now, last=True)
        if self.end_wanted and not self.end_sent:
            self.end_sent = True
            return frame(END)
        if self.farewell and self.reconnect_after is not None:
            wait, self.reconnect_after = self.reconnect_after, None
            return frame(RECONNECT_AFTER, min(int(wait * 1000), A_DAY).to_bytes(4, "big"))
        return self._make_goodbye(self.farewell) if self.farewell else b""

    def _make_hello(self, now):
        wish = self.settings.wish
        self.hello_sent = True
        self.echoed_ran = self._ran(now)    # the peer's HELLO answers ours: it is the first e
        if self.peer:
            self._open(now)
        return Hello(1, 1, 0, INSTANCE, self.endpoint, wish.rx, wish.min_rx, wish.min_tx, self.settings.max_frame,
                     self.settings.window).pack()

    def _make_beat(self, now, last=False):
        flags = (ASKS if self.probe_wanted else 0) | (ANSWERS if self.answer_wanted or last else 0)
        ran = self._ran(now)
        if self.peer_seq is None:
            echo, delay = 0, NO_ECHO
        else:
            echo, delay = self.peer_seq, min(int((now - self.peer_seq_at) * 1e6), 0xFFFFFFFE)
        heard_ago = min(max(0, int((ran - self.heard) * 1000 + 1e-6)), 0xFFFFFFFF)
        seq = self.next_seq
        self.next_seq = (seq + 1) % 2**32
        self.sent_beats[seq] = (now, ran)
        if len(self.sent_beats) > 64:
            self.sent_beats.popitem(last=False)
        if self.after_echoed_ran is None:
            self.after_echoed_ran = ran
        self.last_beat_at = now
        if not flags & ANSWERS:
            self.last_spaced_at = now
        if flags & ASKS:
            self.last_probe_at = now
            self.guard.open_probes += 1
            if self.doubted and self.doubt is None:
                self.doubt = (seq, ran)
        self.jitter = random.uniform(0.75, 1.0)
        self.answer_wanted = self.probe_wanted = self.beat_now = self.rate_went_last = False
        self.blocked_ran = None
        self.told_received = self.received
        return Beat(seq, echo, delay, heard_ago, self.received, self.consumed, min(int(self.lag), 0xFFFF), flags,
                    self.peer_generation).pack()

    def _make_rate(self, now):
        self.own_generation += 1
        self.in_flight = self.wish
        self.rate_waits = False
        self.rate_went_last = True
        self.beat_now = self.peer_rate.rx > 0
        self.last_spaced_at = now
        return Rate(self.wish.rx, self.wish.min_rx, self.wish.min_tx, self.own_generation).pack()

    def _make_data(self, now):
        length = min(len(self.unsent), self.limit - self.sent, self.peer.max_frame)
        payload = bytes(self.unsent[:length])
        del self.unsent[:length]
        self.sent += length
        self._note_progress(now)
        return frame(DATA, payload)

    def _make_goodbye(self, farewell):
        self.goodbye_sent = True
        self.end_sent = True            # GOODBYE implies it
        if self.goodbye_received is not None:
            self._close("closed by the peer")
        return goodbye(*farewell)

    def _credit_is_due(self):
        """At half a window: 8192 bytes at least make one CREDIT for each 4096 bytes at most (7)."""
        return not self.end_received and self.consumed + self.settings.window - self.granted >= self.settings.window // 2

    # -- when beats and rates go

    def _send_interval(self):
        """While a RATE is on its way the smaller of old and new (6.6)."""
        return min(wish.send_interval(self.peer_rate) for wish in (self.agreed, self.in_flight or self.agreed))

    def _role(self):
        """Where both beat about equally often, one leads and the other follows (5.11)."""
        if not self.peer_rate.rx or not self.agreed.rx or self.rate_waits or self.in_flight:
            return None
        ours, theirs = self._both_intervals()
        if max(ours, theirs) > min(ours, theirs) * 1.125:
            return None
        return "leader" if self.endpoint < self.peer.endpoint else "follower"

    def _both_intervals(self):
        own, peer = self.agreed, self.peer_rate
        return self._send_interval(), max(min(own.rx, peer.rx), own.min_rx, peer.min_tx) / 1000

    def _follower_may_join(self, now):
        return self.last_beat_at is None or now - self.last_beat_at >= min(self._both_intervals()) / 2

    def _beat_due_at(self):
        if self.peer_rate.rx == 0:      # it wants none, but for the one that confirms a RATE
            return float("-inf") if self.beat_now else float("inf")
        if self.last_beat_at is None or self.beat_now:
            return float("-inf")
        role = self._role()
        if role is None:
            return self.last_beat_at + self._send_interval() * self.jitter
        pair = min(self._both_intervals())
        ahead = min(max(pair / 100, 0.010), pair / 8) if role == "leader" else 0
        return self.last_beat_at + pair - ahead

    def _spacing_ends_at(self):
        """Two spaced frames come no closer than the peer puts up with (5.2)."""
        return float("-inf") if self.last_spaced_at is None else self.last_spaced_at + self.peer_rate.min_rx / 1000

    def _beat_may_go(self, now):
        return now >= self._spacing_ends_at() and (self.probe_wanted or now >= self._beat_due_at())

    def _rate_may_go(self, now):
        if not self.rate_waits or self.in_flight or now < self._spacing_ends_at():
            return False
        return not (self.rate_went_last and self._beat_may_go(now))

    # -- verdicts

    def judge(self, now):
        """Every verdict is due by itself, and no traffic puts it off."""
        if self.ending or self.started is None or self.goodbye_received is not None:
            return
        ran = self._ran(now)
        if self.farewell:
            self._judge_close(ran)
        elif not self.is_open:
            if ran - self.started >= self.settings.handshake_timeout:
                self._lose("handshake_failed", "the peer sent no HELLO in time")
        elif not self._judge_silence(now, ran):
            self._judge_way_out(ran)

    def _judge_silence(self, now, ran):
        bound, suspicion = self._silences()
        silence = ran - self.heard
        if silence >= bound - min(self.settings.tick + 0.020, bound / 8):
            self._lose("heartbeat_timed_out", f"nothing heard for {silence:.2f} s (bound {bound:g} s)", JUDGED_LOST)
            return True
        if silence < suspicion:
            return False
        if not self.suspect:
            self.suspect = True
            self.signals.append(f"suspect: nothing heard for {silence:.2f} s")
            self.probe_wanted = True
        elif self.last_probe_at is not None and now >= self.last_probe_at + self._probe_spacing():
            self.probe_wanted = True
        return True

    def _silences(self):
        bound = self.judged.bound(self.peer_rate)
        return bound, 1.5 * self.judged.receive_interval(self.peer_rate) if self.judged.rx else float("inf")

    def _probe_spacing(self):
        bound = self.judged.bound(self.peer_rate)
        return max(bound / 16, min(self.round_trip, bound), self.peer_rate.min_rx / 1000)

    def _way_out_limit(self):
        """L = max(T, 4 S); None where one of them means nothing."""
        if self.judged.detect_within is None or self.peer_rate.rx == 0:
            return None
        return max(self.judged.detect_within, 4 * self._send_interval())

    def _judge_way_out(self, ran):
        limit = self._way_out_limit()
        if limit is None:
            return
        peer_is_behind = self.peer_beat and self.peer_beat.lag / 1000 >= self.judged.receive_interval(self.peer_rate)
        if self.blocked_ran is not None and ran - self.blocked_ran >= self.judged.bound(self.peer_rate) and not peer_is_behind:
            self._lose("outbound_dead", "a beat could not be handed over for a whole bound", OUTBOUND_DEAD)
        if self.peer_beat is None or self.after_echoed_ran is None:
            return
        age = ran - self.echoed_ran
        missed = self.peer_beat.heard_ago / 1000 - (self.after_echoed_ran - self.echoed_ran)
        if missed >= limit / 4 and not self.doubted:
            self.doubted = self.probe_wanted = True
        patience = self.peer_beat.lag / 1000 + 0.250
        if age < limit or missed <= patience:
            return
        unanswered = self.doubt and ran - self.doubt[1] >= max(limit / 4, 2 * self.round_trip)
        if (missed >= 0.75 * self.age_at_beat and missed >= 0.75 * limit) or (unanswered and missed >= 0.6 * limit):
            self._lose("outbound_dead", f"the peer misses what we sent in the last {missed:.2f} s", OUTBOUND_DEAD)

    def _judge_close(self, ran):
        timeout = self.settings.close_timeout
        if self.is_open and self.judged.rx:
            timeout = max(timeout, 1.5 * self.judged.receive_interval(self.peer_rate))
        if ran - self.progress_at < timeout and ran - self.closing_at < self.settings.close_deadline:
            return
        unconfirmed = self.sent - self.confirmed + len(self.unsent)
        if not self.is_open:
            self._lose("handshake_failed", "the peer sent no HELLO before the close timed out")
        elif self.goodbye_sent and not unconfirmed:
            self._lose("close_timed_out", "only the peer's GOODBYE is missing", aborts=False)
        else:
            self._lose("close_timed_out", f"{unconfirmed} bytes are unconfirmed", CLOSE_TIMED_OUT)

    def next_wake(self, now, transport_takes=True):
        """When to ask again, at the latest: for a verdict, or for a frame that is due by then."""
        if self.ending:
            return now
        due = []
        if self.farewell:
            due += [self.progress_at + self.settings.close_timeout, self.closing_at + self.settings.close_deadline]
            due += [self.progress_at + 1.5 * self.judged.receive_interval(self.peer_rate)] if self.is_open else []
        elif not self.is_open:
            due.append(self.started + self.settings.handshake_timeout)
        else:
            bound, suspicion = self._silences()
            due += [self.heard + suspicion, self.heard + bound - min(self.settings.tick + 0.020, bound / 8)]
            if self.blocked_ran is not None:
                due.append(self.blocked_ran + bound)
            limit = self._way_out_limit()
            if limit is not None and self.peer_beat is not None:
                due.append(self.echoed_ran + limit)
                due += [self.doubt[1] + max(limit / 4, 2 * self.round_trip)] if self.doubt else []
        due = [at + self.pauses for at in due]
        if self.is_open and self.suspect and not self.farewell and self.last_probe_at is not None:
            due.append(self.last_probe_at + self._probe_spacing())
        if self.is_open and transport_takes and not self.goodbye_sent:
            spacing = self._spacing_ends_at()
            due.append(max(spacing, now if self.probe_wanted else self._beat_due_at()))
            due += [spacing] if self.rate_waits and not self.in_flight else []
        return min([at for at in due if at > now], default=float("inf"))

    # -- small things

    def _ran(self, now):
        """The clock that stands still while we can't run."""
        return now - self.pauses

    def _adopt_agreed(self):
        """A faster rate holds once it is confirmed, and not while the peer is suspect; never below the newest wish (6.5)."""
        if not self.suspect and self.peer_rate:
            self.judged = self._more_patient(self.agreed, self.wish)

    def _more_patient(self, a, b):
        return max(a, b, key=lambda wish: wish.bound(self.peer_rate))

    def _note_progress(self, now):
        self.progress_at = self._ran(now)

    def _discard(self):
        self.consumed += len(self.unread)
        self.unread.clear()

    def _lose(self, kind, text, code=None, reason=None, aborts=True):
        if not self.ending:
            self.ending = Ending(kind, text, code, text if reason is None else reason, aborts)

    def _close(self, text):
        if not self.ending:
            self.ending = Ending("closed", text, None, "", aborts=False)


# ------------------------------------------------------------------------------------------------------------------ 5. connection

TICK = 0.1              # the loop turns at least this often, so that it notices when the process could not run
SURELY_A_PAUSE = 0.15   # so much later than a tick


class Connection:
    """Moves bytes between a socket and a session. One thread runs it, and no other touches either."""

    def __init__(self, sock, settings, application, say, stop):
        self.sock = sock
        self.session = Session(settings)
        self.application = application
        self.say = say
        self.stop = stop
        self.pending = b""              # of the frame that is being handed over
        self.handed_over = 0            # bytes, in all
        self.acknowledged = (0, None)   # how many of them the kernel was told to have arrived, and when we looked
        self.has_more = False           # frames that wait for our next turn only
        self.is_shut = False
        self.reading_until = None       # after a failed write

    def run(self):
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # What waits in the kernel waits in front of the next beat: little of it.
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, 65_536)
        poller = select.poll()
        last = wake = time.monotonic()
        self.session.start(last)
        events = 0                      # HELLO leaves before the first look at what has come
        while True:
            now = time.monotonic()
            if now - last > TICK + SURELY_A_PAUSE:
                self.session.paused(now - last - TICK)
            last = now
            self.session.lag = max(0.0, now - wake) * 1000
            # Read first: what waits in the kernel is life. Then judge, then write.
            if events & ~select.POLLOUT:
                self.read(now)
            self.obey(now)
            self.application.turn(self.session)
            self.session.judge(now)
            self.write(now)
            self.tell()
            if self.session.ending and (self.session.ending.aborts or not self.pending or self.reading_until):
                break
            wake = now if self.has_more else min(self.session.next_wake(now, not self.pending), now + TICK)
            poller.register(self.sock, select.POLLIN | (select.POLLOUT if self.pending else 0))
            ready = poller.poll(max(0, -int(-(wake - time.monotonic()) * 1000 // 1)))
            events = ready[0][1] if ready else 0
            wake = time.monotonic() if ready else wake
        self.finish()
        return self.session.ending

    def read(self, now):
        """All that is there, within reason: beats have to leave in between."""
        for _ in range(4):
            try:
                data = self.sock.recv(65_536)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                kind = {104: "connection_reset", 110: "keep_alive_timed_out", 101: "network_unreachable",
                        113: "network_unreachable"}.get(error.errno, "transport_failed")
                self.session.failed(now, kind, os.strerror(error.errno))
                return
            if not data:
                self.session.end_of_stream(now)
                return
            self.session.receive(now, data)

    def write(self, now):
        if self.reading_until:
            if now >= self.reading_until:
                self.session.failed(now, "transport_failed", "a write failed")
            return
        self.has_more = False
        for turn in range(9):
            if not self.pending:
                self.pending = self.session.next_frame(now)
            self.has_more = turn == 8 and bool(self.pending)
            if not self.pending or self.has_more:
                break
            try:
                taken = self.sock.send(self.pending)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                # The peer's GOODBYE, which says why, may already lie in the kernel: read on for a moment.
                bound = self.session.judged.bound(self.session.peer_rate) if self.session.is_open else 4.0
                self.reading_until = now + min(bound / 4, 1.0)
                return
            self.handed_over += taken
            self.pending = self.pending[taken:]
        if self.session.goodbye_sent and not self.pending and not self.is_shut:
            self.is_shut = True
            self.shut_down()
        self.look_at_the_kernel(now)
        self.session.blocked(now, bool(self.pending))

    def look_at_the_kernel(self, now):
        """While a close or a beat waits, what the peer's kernel acknowledges is progress."""
        if self.session.goodbye_sent or self.pending:
            unacknowledged = struct.unpack("i", fcntl.ioctl(self.sock, termios.TIOCOUTQ, b"\0" * 4))[0]
            before, looked_at = self.acknowledged
            self.acknowledged = (self.handed_over - unacknowledged, now)
            if looked_at is not None and self.acknowledged[0] > before:
                self.session.acknowledged(looked_at)

    def obey(self, now):
        """Signals of the process."""
        if self.stop.code == ABORTED:
            self.session.abort()
        elif self.stop.code is not None:
            self.session.close(now, self.stop.code, self.stop.reconnect_after)

    def tell(self):
        for signal_text in self.session.signals:
            self.say(signal_text)
        self.session.signals.clear()

    def finish(self):
        ending = self.session.ending
        try:
            if ending.aborts:
                if not self.pending and self.session.last_word:
                    self.sock.send(self.session.last_word)      # where that needs no waiting
                # A FIN would wait behind what is unacknowledged: linger 0 makes close() send RST.
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif not self.is_shut:
                self.shut_down()
        except OSError as error:
            self.say(f"no last word: {error}")
        self.sock.close()
        self.say(f"{'lost' if ending.is_loss else 'closed'}: {ending.kind}: {ending.text}")

    def shut_down(self):
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError as error:
            self.say(f"no FIN: {error}")    # the peer was faster


# ------------------------------------------------------------------------------------------------------------------------ 6. echo


class Echo:
    """Sends back what comes. It reads no more than it can pass on, so credit holds the peer up, and memory stays bounded."""

    MOST = 65_536

    def __init__(self, then=None):
        self.then = then                # another T, asked for after the first bytes

    def turn(self, session):
        if session.ending or session.goodbye_received is not None or session.farewell:
            return
        room = self.MOST - len(session.unsent)
        if session.readable and room > 0:
            session.write(session.read(room))
            if self.then:
                session.change_detect_within(self.then)
                self.then = None
        if session.no_more_comes:
            session.end()               # the peer may still want to hear the rest, so this is no close


class Stop:
    """What signals have asked for: SIGINT closes, SIGTERM says that it goes away, a second one aborts."""

    def __init__(self):
        self.code = None
        self.reconnect_after = None
        signal.signal(signal.SIGINT, self.ask)
        signal.signal(signal.SIGTERM, self.ask)

    def ask(self, number, _):
        if self.code is not None:
            self.code = ABORTED
        elif number == signal.SIGTERM:
            self.reconnect_after, self.code = 5.0, GOING_AWAY
        else:
            self.code = DONE


def say(text):
    print(text, flush=True)


def run(sock, name, options, stop):
    connection = Connection(sock, settings_of(options), Echo(options.then), lambda text: say(f"{name}: {text}"), stop)
    return connection.run()


def settings_of(options):
    return Settings(detect_within=options.detect_within, window=options.window)


MOST_CONNECTIONS = 100


def listen(options, stop):
    with socket.create_server((options.host, options.port), backlog=128) as listener:
        listener.settimeout(TICK)
        say("listening on {}:{}".format(*listener.getsockname()[:2]))
        threads = []
        while stop.code is None:
            try:
                sock, address = listener.accept()
            except TimeoutError:
                continue
            threads = [thread for thread in threads if thread.is_alive()]
            name = "{}:{}".format(*address[:2])
            if len(threads) >= MOST_CONNECTIONS:
                say(f"{name}: refused, {MOST_CONNECTIONS} connections are open")
                sock.close()
                continue
            threads.append(threading.Thread(target=run, args=(sock, name, options, stop)))
            threads[-1].start()
    for thread in threads:
        thread.join()
    return 0


def connect(options, stop):
    while True:
        sock = socket.create_connection((options.host, options.port), timeout=10)
        ending = run(sock, f"{options.host}:{options.port}", options, stop)
        if not options.again or stop.code is not None:
            return 3 if ending.is_loss else 0


def main():
    parser = argparse.ArgumentParser(description="A Liveness peer that sends back whatever comes.",
                                     epilog="Exit codes: 0 = closed in good order, 1 = no connection, 2 = wrong arguments, 3 = lost.")
    roles = parser.add_subparsers(dest="role", required=True, metavar="listen | connect")
    for role, host in (("listen", "--host"), ("connect", "host")):
        sub = roles.add_parser(role)
        sub.add_argument(host, **({"default": "127.0.0.1", "help": "where to listen (127.0.0.1)"} if role == "listen" else {}))
        sub.add_argument("port", type=int)
        if role == "connect":
            sub.add_argument("--again", action="store_true", help="connect again, whenever the connection has ended")
        sub.add_argument("--detect-within", type=float, default=3.0, metavar="SECONDS", help="T, 0.1 to a day (3)")
        sub.add_argument("--then", type=float, metavar="SECONDS", help="another T, asked for after the first bytes")
        sub.add_argument("--window", type=int, default=65_536, metavar="BYTES", help="how much may lie unread (65536)")
    options = parser.parse_args()
    try:
        settings_of(options)
        if options.then is not None:
            Wish(options.then)
        if not 0 <= options.port <= 65_535:
            raise ValueError(f"the port is {options.port}; allowed are 0 to 65535")
    except ValueError as error:
        parser.error(str(error))
    try:
        return (listen if options.role == "listen" else connect)(options, Stop())
    except OSError as error:
        print(f"{options.role} {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
