-- Both protocols of Liveness in Wireshark and tshark: the frames of PROTOCOL.md, and the messages of a side channel that their DATA carries.
-- docs/dissector.md says how to install it. It runs with Lua 5.2 to 5.4, so it uses no integer operators.
-- One file, longer than others here, because Wireshark loads a plugin most simply as one file that is copied into its folder.

local liveness = Proto("liveness", "Liveness")

-- ---------------------------------------------------------------------------------------------------------------------------------------
-- Numbers and names of both protocols

local DATA, HELLO, BEAT, CREDIT, END, GOODBYE, RATE, RECONNECT_AFTER = 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x81
local HEADER = 4
local LARGEST_FRAME = 65536
local LARGEST_STEP = 2 ^ 30
local A_DAY = 86400000
local NO_ECHO, LONG_ECHO = 0xFFFFFFFF, 0xFFFFFFFE
local SEQUENCES = 2 ^ 32
local ALLOWANCE, CREDIT_SPACING, CLOCK_SLACK = 64, 4096, 1.125
local KEPT_BEATS = 1024

local TYPES = {
  [DATA] = "DATA", [HELLO] = "HELLO", [BEAT] = "BEAT", [CREDIT] = "CREDIT", [END] = "END", [GOODBYE] = "GOODBYE", [RATE] = "RATE",
  [RECONNECT_AFTER] = "RECONNECT_AFTER",
}

local CODES = {
  [0] = "Done", [1] = "GoingAway", [2] = "JudgedLost", [3] = "ProtocolViolation", [4] = "Refused", [5] = "Aborted", [6] = "OutboundDead",
  [7] = "CloseTimedOut",
}

-- The lengths that a header may name, and the rule that another one breaks. DATA and HELLO stand apart.
local LENGTHS = {
  [BEAT] = { 40, 40, "BeatLength" }, [CREDIT] = { 8, 8, "CreditLength" }, [END] = { 0, 0, "EndLength" },
  [GOODBYE] = { 2, 258, "GoodbyeLength" }, [RATE] = { 16, 16, "RateLength" },
}

local MESSAGES = {
  [1] = "AUTH", [2] = "PROOF", [3] = "READY", [4] = "WATCH", [5] = "WATCHKEY", [6] = "ANSWER", [7] = "ASK", [8] = "UNWATCH", [9] = "REFUSED",
}
local MESSAGE_LENGTHS = { 34, 32, 4, 52, 48, 25, nil, 9, 9 }
local FROM_CLIENT = { [4] = true, [5] = true }
local FROM_SERVER = { [3] = true, [9] = true }
local LARGEST_MESSAGE = 512
local ANSWERS = { "Watched", "NotYours", "NotMyAddress", "Gone", "Closing" }
local UNWATCH_REASONS = { "no longer watched", "its socket was closed", "judged lost" }
local REFUSED_REASONS = { "too many watches" }
local METHODS = { [0] = "none, or TLS proves it", [1] = "shared secret" }

-- ---------------------------------------------------------------------------------------------------------------------------------------
-- Fields

local f = {}

local function field(key, make, name, ...)
  f[key] = make("liveness." .. key, name, ...)
end

field("type", ProtoField.uint8, "Type", base.HEX, TYPES)
field("length", ProtoField.uint24, "Length (bytes)", base.DEC)
field("data.payload", ProtoField.bytes, "Payload")
field("data.offset", ProtoField.double, "Offset of the first byte (bytes)")
field("hello.magic", ProtoField.string, "Magic")
field("hello.min_version", ProtoField.uint8, "Oldest version", base.DEC)
field("hello.max_version", ProtoField.uint8, "Newest version", base.DEC)
field("hello.flags", ProtoField.uint16, "Flags", base.HEX)
field("hello.instance_id", ProtoField.bytes, "Instance id")
field("hello.endpoint_id", ProtoField.bytes, "Endpoint id")
field("hello.rx_interval", ProtoField.uint32, "Wants to hear the peer every (ms, 0 = never)", base.DEC)
field("hello.min_rx_interval", ProtoField.uint32, "Beats may not come closer than (ms)", base.DEC)
field("hello.min_tx_interval", ProtoField.uint32, "Never beats faster than (ms)", base.DEC)
field("hello.max_frame", ProtoField.uint32, "Longest DATA accepted (bytes)", base.DEC)
field("hello.first_credit", ProtoField.uint64, "First credit (offset)", base.DEC)
field("hello.later", ProtoField.bytes, "Of a later version")
field("beat.seq", ProtoField.uint32, "Sequence number", base.DEC)
field("beat.echo_seq", ProtoField.uint32, "Echo of the beat", base.DEC)
field("beat.echo_delay", ProtoField.uint32, "Echo delay (us)", base.DEC)
field("beat.heard_ago", ProtoField.uint32, "Heard the peer ago (ms)", base.DEC)
field("beat.received", ProtoField.uint64, "DATA bytes received", base.DEC)
field("beat.consumed", ProtoField.uint64, "DATA bytes consumed", base.DEC)
field("beat.lag", ProtoField.uint16, "Own worker threads are behind (ms)", base.DEC)
field("beat.flags", ProtoField.uint8, "Flags", base.HEX)
field("beat.flags.probe", ProtoField.bool, "Answer at once", 8, nil, 0x01)
field("beat.flags.answer", ProtoField.bool, "This is an answer", 8, nil, 0x02)
field("beat.reserved", ProtoField.uint8, "Reserved", base.HEX)
field("beat.generation", ProtoField.uint32, "Generation of the last RATE applied", base.DEC)
field("credit.offset", ProtoField.uint64, "The peer may send DATA up to (offset)", base.DEC)
field("goodbye.code", ProtoField.uint16, "Code", base.DEC, CODES)
field("goodbye.reason", ProtoField.string, "Reason")
field("rate.rx_interval", ProtoField.uint32, "Wants to hear the peer every (ms, 0 = never)", base.DEC)
field("rate.min_rx_interval", ProtoField.uint32, "Beats may not come closer than (ms)", base.DEC)
field("rate.min_tx_interval", ProtoField.uint32, "Never beats faster than (ms)", base.DEC)
field("rate.generation", ProtoField.uint32, "Generation", base.DEC)
field("reconnect_after", ProtoField.uint32, "Leave the sender alone for (ms)", base.DEC)
field("extension", ProtoField.bytes, "Of an extension")
field("undissected", ProtoField.bytes, "Not dissected")

-- What no frame says alone: it follows from both directions.
field("violation", ProtoField.string, "Broken rule")
field("incident_id", ProtoField.string, "Incident id")
field("round_trip", ProtoField.relative_time, "Round trip between here and the sender")
field("echo_of", ProtoField.framenum, "Echo of the beat in", base.NONE, frametype.RESPONSE)
field("beat.gap", ProtoField.relative_time, "Time since the sender's last beat")
field("send_interval", ProtoField.uint32, "The sender beats every (ms)", base.DEC)
field("silence", ProtoField.relative_time, "Silence of the sender before this")
field("credit.limit", ProtoField.double, "Credit ends at (offset)")
field("credit.left", ProtoField.double, "Credit left (bytes)")
field("beat.unread", ProtoField.double, "Received, not consumed (bytes)")
field("beat.in_flight", ProtoField.double, "Sent by the peer, not received (bytes)")

field("side.type", ProtoField.uint8, "Type", base.DEC, MESSAGES)
field("side.length", ProtoField.uint16, "Length (bytes)", base.DEC)
field("side.version", ProtoField.uint8, "Version", base.DEC)
field("side.method", ProtoField.uint8, "Method", base.DEC, METHODS)
field("side.nonce", ProtoField.bytes, "Nonce")
field("side.proof", ProtoField.bytes, "Proof")
field("side.most", ProtoField.uint32, "Most connections", base.DEC)
field("side.id", ProtoField.uint64, "Id of the connection", base.DEC)
field("side.local_address", ProtoField.ipv6, "Client's address")
field("side.remote_address", ProtoField.ipv6, "Server's address")
field("side.local_port", ProtoField.uint16, "Client's port", base.DEC)
field("side.remote_port", ProtoField.uint16, "Server's port", base.DEC)
field("side.key", ProtoField.bytes, "SHA-256 of the key")
field("side.answer", ProtoField.uint8, "Answer", base.DEC, ANSWERS)
field("side.received", ProtoField.uint64, "Bytes received (all ones = not known)", base.DEC)
field("side.sent", ProtoField.uint64, "Bytes sent (all ones = not known)", base.DEC)
field("side.count", ProtoField.uint16, "Count", base.DEC)
field("side.unwatch_reason", ProtoField.uint8, "Reason", base.DEC, UNWATCH_REASONS)
field("side.refused_reason", ProtoField.uint8, "Reason", base.DEC, REFUSED_REASONS)

do
  local all = {}
  for _, one in pairs(f) do
    all[#all + 1] = one
  end
  liveness.fields = all
end

-- ---------------------------------------------------------------------------------------------------------------------------------------
-- Expert information: an error for each broken rule, and what is worth a look

local RULES = {
  "NotLiveness", "UnknownFrameType", "DataLength", "HelloLength", "BeatLength", "BeatFlags", "CreditLength", "EndLength", "GoodbyeLength",
  "RateLength", "ExtensionLength", "ReservedNotZero", "SecondHello", "HelloIntervals", "HelloMaxFrame", "HelloVersions", "FrameBeforeHello",
  "DataBeyondCredit", "DataAfterEnd", "SecondEnd", "CreditNotRaised", "CreditTooFarAhead", "SequenceNotNext", "EchoRegressed",
  "EchoNeverSent", "CountRegressed", "CountBeyondSent", "ConsumedBeyondReceived", "RateIntervals", "RateGeneration",
  "GenerationRegressed", "GenerationNeverSent", "Flood", "SideMessage",
}

local experts = {}

local function snake(name)
  return (name:gsub("(%l)(%u)", "%1_%2"):lower())
end

do
  local all = {}
  local function add(key, text, group, severity)
    experts[key] = ProtoExpert.new("liveness." .. key, text, group, severity)
    all[#all + 1] = experts[key]
  end
  for _, rule in ipairs(RULES) do
    add("violation." .. snake(rule), "Rule broken: " .. rule, expert.group.PROTOCOL, expert.severity.ERROR)
  end
  add("expert.lost", "The sender ended the connection as lost", expert.group.RESPONSE_CODE, expert.severity.WARN)
  add("expert.silence", "The sender was silent for longer than its peer waits before it suspects", expert.group.SEQUENCE, expert.severity.WARN)
  add("expert.no_version", "No common version", expert.group.PROTOCOL, expert.severity.WARN)
  add("expert.credit_used_up", "The credit is used up: the sender has to wait", expert.group.SEQUENCE, expert.severity.NOTE)
  add("expert.undissected", "Not dissected", expert.group.UNDECODED, expert.severity.NOTE)
  liveness.experts = all
end

-- ---------------------------------------------------------------------------------------------------------------------------------------
-- Preferences

liveness.prefs.payload = Pref.string("Hand DATA on to the dissector", "",
  "Its short name, such as http. It gets the payload of each DATA frame by itself: messages that reach over two frames are not joined.")
liveness.prefs.side = Pref.bool("Read side channels", true, "DATA that begins with an AUTH message is read as a side channel.")

-- ---------------------------------------------------------------------------------------------------------------------------------------
-- What is known of a connection. It is built while frames are seen for the first time, in order; what a frame came to is kept for every
-- later look, for Wireshark asks again, and in any order.

local tcp_stream = Field.new("tcp.stream")
local tcp_completeness = Field.new("tcp.completeness")
local connections, outcomes = {}, {}

function liveness.init()
  connections, outcomes = {}, {}
end

-- A first pass without a filter (tshark -2) builds no tree, and so has no tcp.stream: then the addresses must do.
local function key_of(pinfo)
  local stream = tcp_stream()
  if stream then
    return tostring(stream.value)
  end
  local a, b = tostring(pinfo.src) .. " " .. pinfo.src_port, tostring(pinfo.dst) .. " " .. pinfo.dst_port
  return a < b and a .. " " .. b or b .. " " .. a
end

local function connection_of(pinfo)
  local key = key_of(pinfo)
  local connection = connections[key]
  if not connection then
    -- Whether both SYNs were captured: only then is the first byte known to be the first one.
    local completeness = tcp_completeness()
    connection = { ends = {}, from_start = completeness ~= nil and completeness.value % 4 == 3 }
    connections[key] = connection
  end
  return connection
end

local function end_of(connection, address, port)
  local key = tostring(address) .. " " .. port
  local one = connection.ends[key]
  if not one then
    one = {
      sent = 0, announced = 0, credits = 0, open_probes = 0, beats = {}, pending = ByteArray.new(), watches = {},
      rate_generation = 0, generation = 0, spent = 0,
    }
    connection.ends[key] = one
  end
  return one
end

-- ---------------------------------------------------------------------------------------------------------------------------------------
-- The rules. Each function gets what was read, and adds to the outcome: { violations, notes, facts }.

local function violate(outcome, rule, ...)
  outcome.violations[#outcome.violations + 1] = { rule, string.format(...) }
end

local function note(outcome, key, ...)
  outcome.notes[#outcome.notes + 1] = { key, string.format(...) }
end

local function fact(outcome, key, value)
  outcome.facts[#outcome.facts + 1] = { key, value }
end

-- RFC 1982.
local function is_newer(a, b)
  local ahead = (a - b) % SEQUENCES
  return ahead >= 1 and ahead < 2 ^ 31
end

-- What is wrong with a header, by itself.
local function header_rule(frame, peer)
  local kind, length = frame.kind, frame.length
  if kind == DATA then
    local most = peer.hello and peer.hello.max_frame or LARGEST_FRAME
    if length < 1 or length > most then
      return "DataLength", "DATA of %d bytes: allowed are 1 to %d", length, most
    end
  elseif kind == HELLO then
    if length < 64 or length > 512 then
      return "HelloLength", "HELLO of %d bytes: allowed are 64 to 512", length
    end
  elseif LENGTHS[kind] then
    local least, most, rule = LENGTHS[kind][1], LENGTHS[kind][2], LENGTHS[kind][3]
    if length < least or length > most then
      return rule, "%s of %d bytes: allowed are %d to %d", TYPES[kind], length, least, most
    end
  elseif kind < 0x80 then
    return "UnknownFrameType", "type 0x%02X", kind
  elseif length > LARGEST_FRAME then
    return "ExtensionLength", "an extension of %d bytes: allowed are 0 to %d", length, LARGEST_FRAME
  end
end

-- What is wrong with DATA, by its header alone: it is judged before its payload is there.
local function data_rules(outcome, frame, me, peer, connection)
  if connection.from_start and me.hello and not peer.hello then
    violate(outcome, "FrameBeforeHello", "DATA before the peer's HELLO")
  end
  if me.ended then
    violate(outcome, "DataAfterEnd", "DATA after END")
  end
  if me.limit and me.sent + frame.length > me.limit then
    violate(outcome, "DataBeyondCredit", "DATA up to offset %.0f: the credit ends at %.0f", me.sent + frame.length, me.limit)
  end
end

local function interval_rule(outcome, rule, i)
  if i.rx > A_DAY or i.min_rx > A_DAY or i.min_tx > A_DAY then
    violate(outcome, rule, "an interval is above a day: %.0f, %.0f, %.0f ms", i.rx, i.min_rx, i.min_tx)
  elseif i.rx ~= 0 and i.min_rx > i.rx then
    violate(outcome, rule, "beats are wanted every %.0f ms, and may not come closer than %.0f ms", i.rx, i.min_rx)
  end
end

local function intervals_at(tvb, offset)
  return { rx = tvb(offset, 4):uint(), min_rx = tvb(offset + 4, 4):uint(), min_tx = tvb(offset + 8, 4):uint() }
end

local function send_interval(me, peer)
  if not me.intervals or not peer.intervals or peer.intervals.rx == 0 then
    return nil
  end
  local wanted = me.intervals.rx == 0 and peer.intervals.rx or math.min(peer.intervals.rx, me.intervals.rx)
  return math.max(wanted, peer.intervals.min_rx, me.intervals.min_tx)
end

local function exclusive_or(a, b)
  local digits = {}
  for i = 0, a:len() - 1 do
    local x, y, z = a:get_index(i), b:get_index(i), 0
    for bit = 0, 7 do
      if math.floor(x / 2 ^ bit) % 2 ~= math.floor(y / 2 ^ bit) % 2 then
        z = z + 2 ^ bit
      end
    end
    digits[#digits + 1] = string.format("%02x", z)
  end
  return table.concat(digits)
end

-- Tokens are counted as spent, against what has come in since both HELLOs were through.
local function take_token(outcome, me, peer, now)
  local least = me.kept_to or 0
  if least == 0 or not me.open_since then
    return
  end
  me.spent = me.spent + 1
  local allowed = ALLOWANCE + (me.earned or 0) + CLOCK_SLACK * (now - me.earning_since) * 1000 / least
  if me.spent > allowed then
    violate(outcome, "Flood", "control frame %d, and %.1f are allowed by now", me.spent, allowed)
  end
end

-- From now on the sender is held to another spacing; what it has earned by the old one stays.
local function hold_to(me, spacing, now)
  if (me.kept_to or 0) > 0 and me.earning_since then
    me.earned = (me.earned or 0) + CLOCK_SLACK * (now - me.earning_since) * 1000 / me.kept_to
  end
  me.kept_to, me.earning_since = spacing, now
end

local on = {}

on[HELLO] = function(outcome, frame, me, peer, connection, now)
  local tvb = frame.tvb
  local hello = {
    oldest = tvb(8, 1):uint(), newest = tvb(9, 1):uint(), id = tvb(28, 16):bytes(),
    max_frame = tvb(56, 4):uint(), first_credit = tvb(60, 8):uint64():tonumber(),
  }
  if me.hello then
    violate(outcome, "SecondHello", "HELLO again")
    return
  end
  local intervals = intervals_at(tvb, 44)
  if hello.oldest < 1 or hello.oldest > hello.newest then
    violate(outcome, "HelloVersions", "versions %d to %d", hello.oldest, hello.newest)
  end
  interval_rule(outcome, "HelloIntervals", intervals)
  if hello.max_frame < 1 or hello.max_frame > LARGEST_FRAME then
    violate(outcome, "HelloMaxFrame", "maxFrame %.0f: allowed are 1 to %d", hello.max_frame, LARGEST_FRAME)
  end
  if hello.first_credit > LARGEST_STEP then
    violate(outcome, "CreditTooFarAhead", "firstCredit %.0f: at most %.0f", hello.first_credit, LARGEST_STEP)
  end
  me.hello, me.intervals, peer.limit = hello, intervals, hello.first_credit
  if not peer.hello then
    return
  end
  if tostring(hello.id) == tostring(peer.hello.id) then
    violate(outcome, "NotLiveness", "both ends have the same endpoint id: something mirrors the bytes")
    return
  end
  local version = math.min(hello.newest, peer.hello.newest)
  if version < hello.oldest or version < peer.hello.oldest then
    note(outcome, "expert.no_version", "No common version: %d to %d, and %d to %d", hello.oldest, hello.newest, peer.hello.oldest, peer.hello.newest)
  end
  fact(outcome, "incident_id", exclusive_or(hello.id, peer.hello.id))
  me.open_since, peer.open_since = now, now
  hold_to(me, peer.intervals.min_rx, now)
  hold_to(peer, me.intervals.min_rx, now)
end

local function judge_echo(outcome, me, peer, echo, delay, now)
  if delay == NO_ECHO then
    if me.echo then
      violate(outcome, "EchoRegressed", "no echo, after one of beat %.0f", me.echo)
    end
    return
  end
  if not peer.seq or is_newer(echo, peer.seq) then
    violate(outcome, "EchoNeverSent", "an echo of beat %.0f, and the newest one sent is %s", echo, peer.seq and string.format("%.0f", peer.seq) or "none")
  elseif me.echo and is_newer(me.echo, echo) then
    violate(outcome, "EchoRegressed", "an echo of beat %.0f, after one of %.0f", echo, me.echo)
  elseif not me.echo and is_newer(peer.first_seq, echo) then
    violate(outcome, "EchoNeverSent", "an echo of beat %.0f, and the first one sent is %.0f", echo, peer.first_seq)
  else
    local echoed = peer.beats[echo]
    if echoed then
      fact(outcome, "echo_of", echoed.number)
      if echo ~= me.echo and delay ~= LONG_ECHO then
        fact(outcome, "round_trip", math.max(0, now - echoed.time - delay / 1e6))
      end
    end
    me.echo = echo
  end
end

local function judge_counts(outcome, me, peer, received, consumed)
  if me.received and (received < me.received or consumed < me.consumed) then
    violate(outcome, "CountRegressed", "received %.0f, consumed %.0f, after %.0f and %.0f", received, consumed, me.received, me.consumed)
  end
  if received > peer.announced then
    violate(outcome, "CountBeyondSent", "received %.0f, and the peer has sent %.0f at most", received, peer.announced)
  else
    fact(outcome, "beat.in_flight", math.max(0, peer.sent - received))
  end
  me.received, me.consumed = received, consumed
end

local function judge_generation(outcome, me, peer, generation, now)
  if generation < me.generation then
    violate(outcome, "GenerationRegressed", "generation %.0f, after %.0f", generation, me.generation)
  elseif generation > peer.rate_generation then
    violate(outcome, "GenerationNeverSent", "generation %.0f, and the last RATE has %.0f", generation, peer.rate_generation)
  elseif generation > me.generation then
    me.generation = generation
    if generation == peer.rate_generation then
      hold_to(me, peer.intervals.min_rx, now)
    end
  end
end

on[BEAT] = function(outcome, frame, me, peer, connection, now)
  local tvb = frame.tvb
  local seq, flags, reserved = tvb(4, 4):uint(), tvb(38, 1):uint(), tvb(39, 1):uint()
  local received, consumed = tvb(20, 8):uint64():tonumber(), tvb(28, 8):uint64():tonumber()
  if flags > 3 then
    violate(outcome, "BeatFlags", "flags 0x%02X: allowed are 0 to 3", flags)
  end
  if reserved ~= 0 then
    violate(outcome, "ReservedNotZero", "the reserved byte is 0x%02X", reserved)
  end
  if consumed > received then
    violate(outcome, "ConsumedBeyondReceived", "consumed %.0f of %.0f received", consumed, received)
  else
    fact(outcome, "beat.unread", received - consumed)
  end
  if me.seq and seq ~= (me.seq + 1) % SEQUENCES then
    violate(outcome, "SequenceNotNext", "beat %.0f, after %.0f", seq, me.seq)
  end
  if #outcome.violations == 0 and me.hello and peer.hello then
    judge_echo(outcome, me, peer, tvb(8, 4):uint(), tvb(12, 4):uint(), now)
    judge_counts(outcome, me, peer, received, consumed)
    judge_generation(outcome, me, peer, tvb(40, 4):uint(), now)
    local interval = send_interval(me, peer)
    if interval then
      fact(outcome, "send_interval", interval)
    end
  end
  if me.beat_time then
    fact(outcome, "beat.gap", now - me.beat_time)
  end
  local probe, answer = flags % 2 == 1, math.floor(flags / 2) % 2 == 1
  if answer and peer.open_probes > 0 then
    peer.open_probes = peer.open_probes - 1
  else
    take_token(outcome, me, peer, now)
  end
  if probe then
    me.open_probes = me.open_probes + 1
  end
  me.first_seq, me.seq, me.beat_time = me.first_seq or seq, seq, now
  me.beats[seq] = { time = now, number = frame.number }
  me.beats[(seq - KEPT_BEATS) % SEQUENCES] = nil
end

on[CREDIT] = function(outcome, frame, me, peer)
  local offset = frame.tvb(4, 8):uint64():tonumber()
  if not peer.limit or not me.hello or not peer.hello then
    return
  end
  me.credits = me.credits + 1
  local most = ALLOWANCE + math.floor(peer.announced / CREDIT_SPACING)
  if offset <= peer.limit then
    violate(outcome, "CreditNotRaised", "up to %.0f, and it was %.0f before", offset, peer.limit)
  elseif offset > peer.announced + LARGEST_STEP then
    violate(outcome, "CreditTooFarAhead", "up to %.0f, and the peer has sent %.0f", offset, peer.announced)
  elseif me.credits > most then
    violate(outcome, "Flood", "CREDIT %d, and %d are allowed by now", me.credits, most)
  else
    peer.limit = offset
    fact(outcome, "credit.left", offset - peer.sent)
  end
end

on[END] = function(outcome, frame, me, peer, connection, now)
  if me.ended then
    violate(outcome, "SecondEnd", "END again")
  end
  me.ended = true
  take_token(outcome, me, peer, now)
end

on[GOODBYE] = function(outcome, frame, me, peer, connection, now)
  local code = frame.tvb(4, 2):uint()
  if code > 1 then
    note(outcome, "expert.lost", "The sender ended the connection as lost: %s", CODES[code] or "a later version's code")
  end
  take_token(outcome, me, peer, now)
  me.finished = "after GOODBYE, which is the last frame"
end

on[RATE] = function(outcome, frame, me, peer, connection, now)
  local intervals, generation = intervals_at(frame.tvb, 4), frame.tvb(16, 4):uint()
  interval_rule(outcome, "RateIntervals", intervals)
  if me.hello and generation ~= me.rate_generation + 1 then
    violate(outcome, "RateGeneration", "generation %.0f, after %.0f", generation, me.rate_generation)
  end
  me.rate_generation, me.intervals = generation, intervals
  take_token(outcome, me, peer, now)
  if peer.kept_to and intervals.min_rx < peer.kept_to then
    hold_to(peer, intervals.min_rx, now)
  end
end

on[DATA] = function(outcome, frame, me, peer)
  if me.hello and peer.hello then
    fact(outcome, "data.offset", me.sent)
    fact(outcome, "credit.limit", me.limit)
    fact(outcome, "credit.left", me.limit - me.sent - frame.length)
    if me.sent + frame.length == me.limit then
      note(outcome, "expert.credit_used_up", "The credit is used up at offset %.0f: the sender has to wait", me.limit)
    end
  end
  me.sent = me.sent + frame.length
end

local function on_extension(outcome, frame, me, peer, connection, now)
  take_token(outcome, me, peer, now)
end

-- ---------------------------------------------------------------------------------------------------------------------------------------
-- The side channel

local side_rules = {}

side_rules[1] = function(tvb, me, peer)
  if me.method then
    return "AUTH again"
  end
  me.method = tvb(4, 1):uint()
  if tvb(3, 1):uint() ~= 1 then
    return "version " .. tvb(3, 1):uint() .. ": must be 1"
  end
  if not METHODS[me.method] then
    return "method " .. me.method .. ": must be 0 or 1"
  end
  if peer.method and peer.method ~= me.method then
    return "method " .. me.method .. ", and the other end's is " .. peer.method
  end
  if peer.nonce and peer.nonce == tostring(tvb(5, 32):bytes()) then
    return "the other end's nonce: a mirror"
  end
  me.nonce = tostring(tvb(5, 32):bytes())
end

side_rules[2] = function(_, me, peer)
  if me.method ~= 1 or me.proved or (not me.is_client and not peer.proved) then
    return "PROOF out of turn"
  end
  me.proved = true
end

side_rules[3] = function(_, me, peer)
  if me.ready or not peer.method or (me.method == 1 and not me.proved) then
    return "READY out of turn"
  end
  me.ready = true
end

local function on_watch(tvb, me)
  local id = tostring(tvb(3, 8):uint64())
  if me.watches[id] then
    return "id " .. id .. " is in use"
  end
  me.watches[id] = true
end

side_rules[4], side_rules[5] = on_watch, on_watch

side_rules[6] = function(tvb)
  local answer = tvb(11, 1):uint()
  if not ANSWERS[answer] then
    return "answer " .. answer .. ": must be 1 to 5"
  end
  if answer ~= 1 and tostring(tvb(12, 16):bytes()):upper() ~= ("F"):rep(32) then
    return "counts with answer " .. answer .. ": must be all ones"
  end
end

side_rules[7] = function(tvb)
  local count = tvb:len() >= 5 and tvb(3, 2):uint() or 0
  if count < 1 or count > 60 or tvb:len() ~= 5 + 8 * count then
    return "ASK for " .. count .. " ids in " .. tvb:len() - 3 .. " bytes"
  end
end

side_rules[8] = function(tvb, me)
  if not UNWATCH_REASONS[tvb(11, 1):uint()] then
    return "reason " .. tvb(11, 1):uint() .. ": must be 1 to 3"
  end
  if me.is_client then
    me.watches[tostring(tvb(3, 8):uint64())] = nil
  end
end

side_rules[9] = function(tvb, _, peer)
  if not REFUSED_REASONS[tvb(11, 1):uint()] then
    return "reason " .. tvb(11, 1):uint() .. ": must be 1"
  end
  peer.watches[tostring(tvb(3, 8):uint64())] = nil
end

-- The whole of one message, header included.
local function side_problem(tvb, me, peer)
  local kind = tvb(0, 1):uint()
  local length = MESSAGE_LENGTHS[kind]
  if length and tvb:len() ~= 3 + length then
    return MESSAGES[kind] .. " of " .. tvb:len() - 3 .. " bytes: must be " .. length
  end
  if (FROM_CLIENT[kind] and not me.is_client) or (FROM_SERVER[kind] and me.is_client) then
    return MESSAGES[kind] .. " from the wrong end"
  end
  local is_ready = me.is_client and peer.ready or me.ready
  if kind ~= 1 and not me.method or kind > 3 and not is_ready then
    return MESSAGES[kind] .. " out of turn"
  end
  return side_rules[kind](tvb, me, peer)
end

local function looks_like_auth(bytes)
  return bytes:get_index(0) == 1 and bytes:get_index(1) == 0 and bytes:get_index(2) == 34 and bytes:get_index(3) == 1
end

-- DATA frames and messages are independent: what is left of a message waits for the next frame.
local function collect_messages(outcome, frame, me, peer, connection)
  if me.is_side == false or not (me.hello and peer.hello) then
    return
  end
  me.pending:append(frame.tvb(HEADER, frame.length):bytes())
  if me.is_side == nil then
    if me.pending:len() < 4 then
      return
    end
    me.is_side = looks_like_auth(me.pending)
    if me.is_side then
      me.is_client = not connection.has_client
      connection.has_client = true
    end
  end
  local read = 0
  while me.is_side and me.pending:len() - read >= 3 do
    local kind = me.pending:get_index(read)
    local length = me.pending:get_index(read + 1) * 256 + me.pending:get_index(read + 2)
    if not MESSAGES[kind] or length > LARGEST_MESSAGE then
      violate(outcome, "SideMessage", "type %d of %d bytes", kind, length)
      me.is_side = false
    elseif me.pending:len() - read < 3 + length then
      break
    else
      local bytes = me.pending:subset(read, 3 + length)
      outcome.messages[#outcome.messages + 1] = bytes
      local problem = side_problem(bytes:tvb("Side channel message"), me, peer)
      if problem then
        violate(outcome, "SideMessage", "%s", problem)
        me.is_side = false
      end
      read = read + 3 + length
    end
  end
  local left = me.pending:len() - read
  me.pending = me.is_side and left > 0 and me.pending:subset(read, left) or ByteArray.new()
end

-- ---------------------------------------------------------------------------------------------------------------------------------------
-- One frame at the first look

local function new_outcome()
  return { violations = {}, notes = {}, facts = {}, messages = {} }
end

local function rest(why)
  local outcome = new_outcome()
  outcome.is_rest = true
  note(outcome, "expert.undissected", "Not dissected: %s", why)
  return outcome
end

-- The first frame of a direction tells whether this is the protocol at all: each byte as it comes.
local function is_hello_so_far(tvb, offset)
  local expected = { { 1, 1 }, { 0, 0 }, { 0, 2 }, { 0, 255 }, { 0x4C, 0x4C }, { 0x49, 0x49 }, { 0x56, 0x56 }, { 0x45, 0x45 } }
  for i = 1, math.min(#expected, tvb:len() - offset) do
    local byte = tvb(offset + i - 1, 1):uint()
    if byte < expected[i][1] or byte > expected[i][2] then
      return false
    end
  end
  if tvb:len() - offset < HEADER then
    return true
  end
  local length = tvb(offset + 1, 3):uint()
  return length >= 64 and length <= 512
end

-- In a stream whose beginning was not captured, and behind a hole: only what can hardly be anything else.
local function is_plausible(frame)
  local known = LENGTHS[frame.kind]
  if known then
    return frame.length >= known[1] and frame.length <= known[2]
  end
  return frame.length <= LARGEST_FRAME and (frame.kind >= 0x80 or frame.kind == DATA and frame.length >= 1)
end

local function judge_silence(outcome, me, peer, now)
  if me.heard and me.intervals and peer.intervals and peer.intervals.rx > 0 and not me.is_partial and not me.ended then
    local silence, patience = now - me.heard, 1.5 * math.max(peer.intervals.rx, me.intervals.min_tx) / 1000
    if silence > patience then
      fact(outcome, "silence", silence)
      note(outcome, "expert.silence", "Nothing was heard of the sender for %.3f s: its peer suspects after %.3f s", silence, patience)
    end
  end
end

-- Nil = more bytes are needed. Everything that is kept of the connection changes here only, and once for each frame.
local function look(tvb, offset, me, peer, connection, now, number)
  if me.finished then
    return rest(me.finished)
  end
  if not me.begun then
    if not is_hello_so_far(tvb, offset) then
      if connection.from_start then
        local outcome = rest("the first frame is no HELLO")
        violate(outcome, "NotLiveness", "The first frame is no HELLO: this is another protocol")
        me.finished = "the first frame is no HELLO"
        return outcome
      end
      me.is_joined = true
    elseif tvb:len() - offset < 8 then
      return nil
    end
  end
  if tvb:len() - offset < HEADER then
    return nil
  end
  local frame = { kind = tvb(offset, 1):uint(), length = tvb(offset + 1, 3):uint(), number = number }
  if me.is_joined and not is_plausible(frame) and frame.kind ~= HELLO then
    return rest("the beginning was not captured, and this is no beginning of a frame")
  end
  local outcome = new_outcome()
  outcome.size = HEADER + frame.length
  local rule = { header_rule(frame, peer) }
  if rule[1] then
    violate(outcome, (table.unpack or unpack)(rule))
  elseif frame.kind == DATA then
    data_rules(outcome, frame, me, peer, connection)
  end
  if #outcome.violations > 0 then
    outcome.size = HEADER
    outcome.is_header = true
    me.finished = "behind a broken rule, where nothing is read any more"
    return outcome
  end
  if frame.kind == DATA then
    me.announced = me.sent + frame.length
  end
  if tvb:len() - offset < outcome.size then
    me.is_partial = true
    return nil
  end
  frame.tvb = tvb(offset, outcome.size):tvb()
  judge_silence(outcome, me, peer, now)
  if connection.from_start and me.hello and not peer.hello and frame.kind ~= HELLO and frame.kind ~= GOODBYE then
    violate(outcome, "FrameBeforeHello", "%s before the peer's HELLO", TYPES[frame.kind] or "an extension")
  else
    (on[frame.kind] or on_extension)(outcome, frame, me, peer, connection, now)
    if frame.kind == DATA and liveness.prefs.side then
      collect_messages(outcome, frame, me, peer, connection)
    end
  end
  me.begun, me.heard, me.is_partial = true, now, false
  if #outcome.violations > 0 then
    me.finished = "behind a broken rule, where nothing is read any more"
  end
  return outcome
end

-- ---------------------------------------------------------------------------------------------------------------------------------------
-- Showing it

local function show_intervals(tree, tvb, prefix)
  tree:add(f[prefix .. ".rx_interval"], tvb(0, 4))
  tree:add(f[prefix .. ".min_rx_interval"], tvb(4, 4))
  tree:add(f[prefix .. ".min_tx_interval"], tvb(8, 4))
end

local show = {}

show[HELLO] = function(tree, tvb)
  tree:add(f["hello.magic"], tvb(4, 4))
  tree:add(f["hello.min_version"], tvb(8, 1))
  tree:add(f["hello.max_version"], tvb(9, 1))
  tree:add(f["hello.flags"], tvb(10, 2))
  tree:add(f["hello.instance_id"], tvb(12, 16))
  tree:add(f["hello.endpoint_id"], tvb(28, 16))
  show_intervals(tree, tvb(44, 12), "hello")
  tree:add(f["hello.max_frame"], tvb(56, 4))
  tree:add(f["hello.first_credit"], tvb(60, 8))
  if tvb:len() > 68 then
    tree:add(f["hello.later"], tvb(68))
  end
  return string.format("HELLO v%d-%d", tvb(8, 1):uint(), tvb(9, 1):uint())
end

show[BEAT] = function(tree, tvb)
  local has_echo = tvb(12, 4):uint() ~= NO_ECHO
  tree:add(f["beat.seq"], tvb(4, 4))
  tree:add(f["beat.echo_seq"], tvb(8, 4)):append_text(has_echo and "" or " (none yet)")
  tree:add(f["beat.echo_delay"], tvb(12, 4)):append_text(has_echo and "" or " (no beat received yet)")
  tree:add(f["beat.heard_ago"], tvb(16, 4))
  tree:add(f["beat.received"], tvb(20, 8))
  tree:add(f["beat.consumed"], tvb(28, 8))
  tree:add(f["beat.lag"], tvb(36, 2))
  local flags = tree:add(f["beat.flags"], tvb(38, 1))
  flags:add(f["beat.flags.probe"], tvb(38, 1))
  flags:add(f["beat.flags.answer"], tvb(38, 1))
  tree:add(f["beat.reserved"], tvb(39, 1))
  tree:add(f["beat.generation"], tvb(40, 4))
  local words = { [0] = "", [1] = " probe", [2] = " answer", [3] = " answer, probe" }
  local echo = has_echo and string.format(" echo %.0f", tvb(8, 4):uint()) or ""
  local silence = tvb(16, 4):uint() > 0 and string.format(" heard %.0f ms ago", tvb(16, 4):uint()) or ""
  return string.format("BEAT %.0f%s%s%s", tvb(4, 4):uint(), echo, silence, words[tvb(38, 1):uint()] or "")
end

show[CREDIT] = function(tree, tvb)
  tree:add(f["credit.offset"], tvb(4, 8))
  return "CREDIT " .. tostring(tvb(4, 8):uint64())
end

show[END] = function()
  return "END"
end

show[GOODBYE] = function(tree, tvb)
  local code = tvb(4, 2):uint()
  tree:add(f["goodbye.code"], tvb(4, 2))
  if tvb:len() > 6 then
    tree:add_packet_field(f["goodbye.reason"], tvb(6), ENC_UTF_8 + ENC_NA)
  end
  return "GOODBYE " .. (CODES[code] or code)
end

show[RATE] = function(tree, tvb)
  show_intervals(tree, tvb(4, 12), "rate")
  tree:add(f["rate.generation"], tvb(16, 4))
  return string.format("RATE %.0f", tvb(16, 4):uint())
end

show[RECONNECT_AFTER] = function(tree, tvb)
  if tvb:len() >= 8 then
    tree:add(f["reconnect_after"], tvb(4, 4))
    return string.format("RECONNECT_AFTER %.0f ms", tvb(4, 4):uint())
  end
  return "RECONNECT_AFTER"
end

show[DATA] = function(tree, tvb)
  tree:add(f["data.payload"], tvb(HEADER))
  return string.format("DATA %d", tvb:len() - HEADER)
end

local function show_extension(tree, tvb)
  if tvb:len() > HEADER then
    tree:add(f["extension"], tvb(HEADER))
  end
  return string.format("extension 0x%02X", tvb(0, 1):uint())
end

local show_side = {}

show_side[1] = function(tree, tvb)
  tree:add(f["side.version"], tvb(3, 1))
  tree:add(f["side.method"], tvb(4, 1))
  tree:add(f["side.nonce"], tvb(5, 32))
end

show_side[2] = function(tree, tvb)
  tree:add(f["side.proof"], tvb(3, 32))
end

show_side[3] = function(tree, tvb)
  tree:add(f["side.most"], tvb(3, 4))
end

local function show_id(tree, tvb)
  tree:add(f["side.id"], tvb(3, 8))
  return " " .. tostring(tvb(3, 8):uint64())
end

show_side[4] = function(tree, tvb)
  local id = show_id(tree, tvb)
  tree:add(f["side.local_address"], tvb(11, 16))
  tree:add(f["side.remote_address"], tvb(27, 16))
  tree:add(f["side.local_port"], tvb(43, 2))
  tree:add(f["side.remote_port"], tvb(45, 2))
  tree:add(f["side.nonce"], tvb(47, 8))
  return id
end

show_side[5] = function(tree, tvb)
  local id = show_id(tree, tvb)
  tree:add(f["side.key"], tvb(11, 32))
  tree:add(f["side.nonce"], tvb(43, 8))
  return id
end

show_side[6] = function(tree, tvb)
  local id = show_id(tree, tvb)
  tree:add(f["side.answer"], tvb(11, 1))
  tree:add(f["side.received"], tvb(12, 8))
  tree:add(f["side.sent"], tvb(20, 8))
  return id .. " " .. (ANSWERS[tvb(11, 1):uint()] or "?")
end

show_side[7] = function(tree, tvb)
  tree:add(f["side.count"], tvb(3, 2))
  for offset = 5, tvb:len() - 8, 8 do
    tree:add(f["side.id"], tvb(offset, 8))
  end
  return " about " .. tvb(3, 2):uint()
end

show_side[8] = function(tree, tvb)
  local id = show_id(tree, tvb)
  tree:add(f["side.unwatch_reason"], tvb(11, 1))
  return id
end

show_side[9] = function(tree, tvb)
  local id = show_id(tree, tvb)
  tree:add(f["side.refused_reason"], tvb(11, 1))
  return id
end

-- A message of the wrong length shows its header alone.
local function show_message(tree, bytes)
  local tvb = bytes:tvb("Side channel message")
  local kind = tvb(0, 1):uint()
  local shown = tree:add(liveness, tvb(), "Side channel: " .. MESSAGES[kind])
  shown:add(f["side.type"], tvb(0, 1))
  shown:add(f["side.length"], tvb(1, 2))
  local is_whole = tvb:len() - 3 == (MESSAGE_LENGTHS[kind] or math.max(2, tvb:len() - 3))
  local words = is_whole and show_side[kind](shown, tvb) or ""
  return MESSAGES[kind] .. words
end

local function to_time(seconds)
  local whole = math.floor(seconds)
  return NSTime.new(whole, math.floor((seconds - whole) * 1e9 + 0.5))
end

local TIMES = { round_trip = true, ["beat.gap"] = true, silence = true }

local function show_outcome(tree, outcome)
  for _, one in ipairs(outcome.facts) do
    tree:add(f[one[1]], TIMES[one[1]] and to_time(one[2]) or one[2]):set_generated()
  end
  for _, one in ipairs(outcome.violations) do
    tree:add(f["violation"], one[1]):set_generated()
    tree:add_proto_expert_info(experts["violation." .. snake(one[1])], one[1] .. ": " .. one[2])
  end
  for _, one in ipairs(outcome.notes) do
    tree:add_proto_expert_info(experts[one[1]], one[2])
  end
end

local function hand_on(tvb, pinfo, root)
  local name = liveness.prefs.payload
  local found, dissector = pcall(Dissector.get, name)
  if not found or not dissector then
    return
  end
  -- What it would like to join with later segments can't be: those are segments of the frames around it.
  local can_desegment = pinfo.can_desegment
  pinfo.can_desegment = 0
  dissector:call(tvb, pinfo, root)
  pinfo.can_desegment = can_desegment
end

local function show_frame(range, pinfo, root, outcome)
  local tree = root:add(liveness, range)
  local words
  if outcome.is_rest then
    tree:append_text(", not dissected")
    tree:add(f["undissected"], range)
    words = "not dissected"
  else
    local tvb = range:tvb()
    local kind = tvb(0, 1):uint()
    tree:add(f["type"], tvb(0, 1))
    tree:add(f["length"], tvb(1, 3))
    if outcome.is_header then
      words = (TYPES[kind] or string.format("type 0x%02X", kind)) .. " (header)"
    else
      words = (show[kind] or show_extension)(tree, tvb)
    end
    tree:append_text(", " .. words)
    for _, bytes in ipairs(outcome.messages) do
      words = words .. " [" .. show_message(tree, bytes) .. "]"
    end
    if kind == DATA and not outcome.is_header and #outcome.messages == 0 and liveness.prefs.payload ~= "" then
      hand_on(tvb(HEADER):tvb(), pinfo, root)
    end
  end
  show_outcome(tree, outcome)
  for _, one in ipairs(outcome.violations) do
    words = words .. " <" .. one[1] .. ">"
  end
  return words
end

-- ---------------------------------------------------------------------------------------------------------------------------------------
-- Wireshark's side

-- What the frame at this place came to. One packet may be handed over in several calls, so its frames are counted in its private table.
local function outcome_at(tvb, offset, pinfo, place)
  local packet = outcomes[pinfo.number]
  if pinfo.visited then
    return packet and packet[place]
  end
  local connection = connection_of(pinfo)
  local me = end_of(connection, pinfo.src, pinfo.src_port)
  local peer = end_of(connection, pinfo.dst, pinfo.dst_port)
  local outcome = look(tvb, offset, me, peer, connection, pinfo.rel_ts, pinfo.number)
  if outcome then
    outcomes[pinfo.number] = packet or {}
    outcomes[pinfo.number][place] = outcome
  end
  return outcome
end

function liveness.dissector(tvb, pinfo, root)
  local offset, all = 0, tvb:len()
  local place = tonumber(pinfo.private["liveness"] or "0")
  pinfo.cols.protocol = "LIVENESS"
  if place == 0 then
    pinfo.cols.info = ""
  end
  while offset < all do
    local outcome = outcome_at(tvb, offset, pinfo, place + 1)
    if not outcome then
      pinfo.desegment_offset = offset
      local has_header = all - offset >= HEADER
      pinfo.desegment_len = has_header and HEADER + tvb(offset + 1, 3):uint() - (all - offset) or DESEGMENT_ONE_MORE_SEGMENT
      break
    end
    place = place + 1
    local size = outcome.is_rest and all - offset or outcome.size
    local words = show_frame(tvb(offset, size), pinfo, root, outcome)
    pinfo.cols.info:append((place > 1 and ", " or "") .. words)
    offset = offset + size
  end
  pinfo.private["liveness"] = tostring(place)
  return all
end

local function is_hello(tvb)
  return tvb:len() >= 8 and is_hello_so_far(tvb, 0)
end

-- The connecting end's first bytes tell; from then on the whole connection is ours.
local function heuristic(tvb, pinfo, root)
  if not is_hello(tvb) then
    return false
  end
  pinfo.conversation = liveness
  liveness.dissector(tvb, pinfo, root)
  return true
end

liveness:register_heuristic("tcp", heuristic)
DissectorTable.get("tcp.port"):add_for_decode_as(liveness)
