#!/usr/bin/env python3
"""Puts one bug at a time into a copy of peer.py, and shows that the conformance suite finds it.

    python3 samples/PythonPeer/seeded.py [--whole] COMMAND...

COMMAND is `liveness conformance` as it is called here. Each bug is played against the cases that ought to find it; with --whole against all
cases. Exit code: 0 = each bug was found, 1 = one was not.
"""

import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile

# The bug; what stands in peer.py; what takes its place; the cases that find it.
SEEDS = [
    ('seq rises by two',
     'self.next_seq = (seq + 1) % 2**32',
     'self.next_seq = (seq + 2) % 2**32',
     '5-02 pace'),
    ('no echo, ever',
     'if self.peer_seq is None:\n            echo',
     'if True:\n            echo',
     'probe-is-answered'),
    ('echo of the beat before',
     'echo, delay = self.peer_seq, min(',
     'echo, delay = (self.peer_seq - 1) % 2**32, min(',
     'probe-is-answered'),
    ('consumed above received',
     'self.received, self.consumed, min(int(self.lag)',
     'self.received, self.received + 1, min(int(self.lag)',
     'opens'),
    ('received is never told',
     'heard_ago, self.received, self.consumed',
     'heard_ago, 0, 0',
     'counts-are-told'),
    ('probes go unanswered',
     'if beat.flags & ASKS and not self.goodbye_sent:',
     'if False:',
     'probe-is-answered'),
    ('answers keep a distance',
     'if self.answer_wanted:          # the',
     'if self.answer_wanted and now >= self._spacing_ends_at():  # the',
     'answer-keeps-no-distance'),
    ('answers are answered',
     'if beat.flags & ASKS and not',
     'if beat.flags and not',
     'answer-causes-nothing'),
    ('beats as it likes',
     'max(min(peer.rx / 1000, self.interval),',
     'max(self.interval,',
     'pace-that-the-peer-wants'),
    ('beats although none are wanted',
     'if self.peer_rate.rx == 0:      # it',
     'if False:      # it',
     'peer-that-wants-no-beats'),
    ('silence is judged late',
     'if silence >= bound - min(',
     'if silence >= 3 * bound - min(',
     '4-01 silence'),
    ('silence is judged early',
     'if silence >= bound - min(',
     'if silence >= bound / 2 - min(',
     '4-01 silence'),
    ('silence ends with another code',
     '(bound {bound:g} s)", JUDGED_LOST)',
     '(bound {bound:g} s)", ABORTED)',
     '4-01 silence'),
    ('no probe before the verdict',
     's")\n            self.probe_wanted = True\n        elif',
     's")\n        elif',
     'probes-before-the-verdict'),
    ('half a frame is no life',
     'self.heard = self._ran(now)     # any',
     'self.heard = self._ran(now) if len(data) > 4 else self.heard  # any',
     'any-byte-is-life'),
    ('a slow peer is judged by the own interval',
     'max(self.rx, peer.min_tx) / 1000',
     'self.rx / 1000',
     'slow-peer'),
    ('one-way loss is never judged',
     'if age < limit or missed <= patience:',
     'if True:',
     '4-08 one-way-loss'),
    ('late echoes convict',
     'missed = self.peer_beat.heard_ago / 1000 - (self.after_echoed_ran - self.echoed_ran)',
     'missed = age',
     'late-echoes-are-no-loss'),
    ('lag excuses nothing',
     'patience = self.peer_beat.lag / 1000 + 0.250',
     'patience = 0.250',
     'a-peer-that-is-behind'),
    ('credit is never granted',
     'return not self.end_received and self.consumed',
     'return False and self.consumed',
     'echo-of-bytes 2000000'),
    ('an echo without bound',
     'MOST = 65_536\n',
     'MOST = 2**40\n',
     'memory-is-bounded'),
    ('credit is not kept to',
     'min(len(self.unsent), self.limit - self.sent, self.peer.max_frame)',
     'min(len(self.unsent), self.peer.max_frame)',
     'credit-to-the-last-byte'),
    ('maxFrame is not kept to',
     'min(len(self.unsent), self.limit - self.sent, self.peer.max_frame)',
     'min(len(self.unsent), self.limit - self.sent)',
     'maxFrame-of-the-receiver'),
    ('DATA beyond credit passes',
     'if self.received + length > self.granted:',
     'if False:',
     'data-beyond-credit-by-its-header'),
    ('a lower CREDIT passes',
     'if offset <= self.limit:',
     'if False:',
     'credit-not-raised'),
    ('CREDIT too far ahead passes',
     'if offset - self.sent > MOST_CREDIT:',
     'if False:',
     'credit-too-far-ahead'),
    ('no flood guard',
     'if self.taken > 64 + ',
     'if False and self.taken > 64 + ',
     'flood-of-extensions'),
    ('no guard against CREDIT',
     'if self.credits > 64 + sent // 4096:',
     'if False:',
     'flood-of-credit'),
    ('a burst is taken for a flood',
     'if self.taken > 64 + ',
     'if self.taken > 16 + ',
     'a-burst-is-no-flood'),
    ('RATE changes nothing',
     'self.peer_rate, self.peer_generation = rate, rate.generation',
     'self.peer_generation = rate.generation',
     '6-03 faster'),
    ('RATE is not confirmed',
     'flags,\n                    self.peer_generation).pack()',
     'flags,\n                    0).pack()',
     'rate-is-confirmed'),
    ('any generation passes',
     'if rate.generation != self.peer_generation + 1:',
     'if False:',
     'rate-comes-twice'),
    ('some extensions are unknown types',
     'elif kind >= FIRST_EXTENSION:\n            least',
     'elif kind >= 0x90:\n            least',
     'extension-is-skipped'),
    ('DATA of no bytes passes',
     'least, most, rule = 1, self.max_frame',
     'least, most, rule = 0, self.max_frame',
     'data-of-no-bytes'),
    ('END is not answered',
     'session.end()               # the',
     'pass               # the',
     'half-close-of-ours'),
    ('DATA after END passes',
     'if self.end_received:\n            raise Violation("DataAfterEnd")',
     'if False:\n            raise',
     'data-after-end'),
    ('GOODBYE is answered by another code',
     'self._make_goodbye((DONE, ""))',
     'self._make_goodbye((ABORTED, ""))',
     'orderly'),
    ('a loss is taken for a close',
     'if code > GOING_AWAY:',
     'if code > ABORTED:',
     'loss-is-not-answered'),
    ('what follows GOODBYE counts',
     'if self.ending or self.goodbye_received is not None:\n                    return',
     'if self.ending:\n                    return',
     'what-follows-is-ignored'),
    ('an end of stream is a close',
     'self._lose("closed_without_goodbye", "the stream ended without GOODBYE")',
     'self._close("closed")',
     'end-of-stream-alone'),
    ("HELLO waits for the peer's",
     'if not self.hello_sent:\n            return self._make_hello(now)',
     'if not self.hello_sent:\n            return self._make_hello(now) if self.peer else b""',
     'hello-is-sent-at-once'),
    ('speaks every version',
     'if hello.min_version > 1:',
     'if hello.min_version > 250:',
     'no-common-version'),
    ('its own HELLO is welcome',
     'if hello.endpoint == self.endpoint:',
     'if False:',
     'own-endpoint-id'),
    ('any magic passes',
     'return MAGIC.startswith(begun[4:8])',
     'return True',
     '3.2-14 magic'),
    ('a longer HELLO is too much',
     'HELLO: (64, 512)',
     'HELLO: (64, 64)',
     'hello-of-a-later-version-is-longer'),
    ('a second HELLO passes',
     'if self.peer:\n            raise Violation("SecondHello")',
     'if False:\n            raise',
     'second-hello'),
    ('unknown flags pass',
     'if payload[34] & ~(ASKS | ANSWERS):',
     'if False:',
     'unknown-flags'),
    ('the sequence is not looked at',
     'if self.peer_seq is not None and beat.seq != (self.peer_seq + 1) % 2**32:',
     'if False:',
     'sequence-not-next'),
    ('echoes may go back',
     'if seq != oldest and not newer(seq, oldest):',
     'if False:',
     'echo-goes-back'),
    ('echoes of the future pass',
     'if self.last_beat_at is None or newer(seq, last):',
     'if self.last_beat_at is None:',
     'echo-of-a-beat-that-has-not-left'),
]


def found_by(command, source, cases):
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "peer.py"
        copy.write_text(source, encoding="utf-8")
        only = ["--only", cases] if cases else []
        done = subprocess.run([*command, "--json", *only, "--", sys.executable, str(copy), "listen", "PORT", "--detect-within", "1"],
                              capture_output=True, text=True, timeout=300)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
        return [case for case in json.loads(done.stdout)["cases"] if case["verdict"] != "OK"]


def main(arguments):
    whole = arguments[:1] == ["--whole"]
    command = arguments[1:] if whole else arguments
    source = (pathlib.Path(__file__).parent / "peer.py").read_text(encoding="utf-8")
    missed = 0
    for name, old, _, _ in SEEDS:
        if source.count(old) != 1:
            raise SystemExit(f"{name}: its place occurs {source.count(old)} times in peer.py")
    with concurrent.futures.ThreadPoolExecutor(1 if whole else 4) as several:
        runs = [several.submit(found_by, command, source.replace(old, new), None if whole else cases) for _, old, new, cases in SEEDS]
    for (name, *_), run in zip(SEEDS, runs):
        found = run.result()
        missed += not found
        first = f"{found[0]['id']} {found[0]['name']}: {found[0]['verdict']}: {found[0]['why']}" if found else "NOT FOUND"
        print(f"{name} -> {first}" + (f" (and {len(found) - 1} more)" if len(found) > 1 else ""), flush=True)
    print(f"RESULT seeded bugs: {len(SEEDS) - missed} of {len(SEEDS)} were found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
