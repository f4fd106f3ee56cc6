"""What Redis does in one step with the small values.

`tonumber` gives nil for what is no number: a value that none of our processes wrote counts as missing, and is replaced.
"""

from chat.redis_client import Script

# ARGV: seen, active or '', this process, how far back another process may say "no longer", how long to keep it (ms),
# when the connection was closed or ''.
SEEN = Script(
    """
local known = redis.call('HMGET', KEYS[1], 'seen', 'by')
local seen = tonumber(known[1] or '')
if seen and known[2] ~= ARGV[3] then
    local back = seen - tonumber(ARGV[1])
    if back > 0 and back < tonumber(ARGV[4]) then return end
end
redis.call('HSET', KEYS[1], 'seen', ARGV[1], 'by', ARGV[3])
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'active', ARGV[2]) end
if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], 'closed', ARGV[6]) else redis.call('HDEL', KEYS[1], 'closed') end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
"""
)

# ARGV: tombstone (sealed), until, survey, how long to keep it (ms), digest of the conversation, whether its row is known.
PUT_TOMBSTONE = Script(
    """
local known = redis.call('HMGET', KEYS[1], 'whose', 'whole')
if ARGV[6] == '0' and known[2] == '1' and known[1] == ARGV[5] then return end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'tombstone', ARGV[1], 'until', ARGV[2], 'whose', ARGV[5], 'whole', ARGV[6])
if ARGV[3] == '1' then redis.call('HSET', KEYS[1], 'survey', 1) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
"""
)

TAKE_SURVEY = Script(
    """
local known = redis.call('HMGET', KEYS[1], 'tombstone', 'until')
local ends = tonumber(known[2] or '')
if not known[1] or not ends or ends <= tonumber(ARGV[1]) then return end
if redis.call('HDEL', KEYS[1], 'survey') == 0 then return end
return known[1]
"""
)

# Conversations of one address with their moments by Redis's own clock, so that all processes see one order.
_HELD = """
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local held = redis.call('ZRANGE', %s, 0, -1, 'WITHSCORES')
for at = 2, #held, 2 do held[at] = string.format('%%.0f', math.max(0, now - tonumber(held[at]))) end
"""

HELD = Script(_HELD % "KEYS[1]" + "return held")

# KEYS: where the conversation was asked from, the conversations of that address. ARGV: digest, conversation, how long to keep it (s).
HOLD_ORIGIN = Script(
    _HELD % "KEYS[2]"
    + """
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
redis.call('ZADD', KEYS[2], 'NX', string.format('%.0f', now), ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return held
"""
)

# KEYS: last sign, where it was asked from. ARGV: prefix of the addresses' conversations, who.
FORGET = Script(
    """
local from = redis.call('GET', KEYS[2])
redis.call('DEL', KEYS[1], KEYS[2])
if from then redis.call('ZREM', ARGV[1] .. from, ARGV[2]) end
"""
)

# KEYS: where the conversation was asked from. ARGV: prefix of blocks, until, how long to keep it (ms).
BLOCK = Script(
    """
local from = redis.call('GET', KEYS[1])
if not from then return 0 end
redis.call('HINCRBY', ARGV[1] .. from, 'times', 1)
redis.call('HSET', ARGV[1] .. from, 'until', ARGV[2])
redis.call('PEXPIRE', ARGV[1] .. from, ARGV[3])
return 1
"""
)

# ARGV: how long to count (ms), how many more.
ASKED = Script(
    """
if type(redis.pcall('INCRBY', KEYS[1], ARGV[2])) == 'table' then redis.call('SET', KEYS[1], ARGV[2]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return tonumber(redis.call('GET', KEYS[1]))
"""
)

# When several processes draw one at once, the first one's is kept. ARGV: a fresh key (sealed), how long to keep it (ms).
STORAGE_KEY = Script(
    """
local known = redis.call('GET', KEYS[1])
if known then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
    return known
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
"""
)

# A field for each process: how many, and until when that holds by Redis's own clock. ARGV: process, how many, how long it holds (ms).
CONNECTIONS = Script(
    """
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. string.format('%.0f', now + tonumber(ARGV[3])))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local all, total = redis.call('HGETALL', KEYS[1]), 0
for at = 1, #all, 2 do
    local n, ends = string.match(all[at + 1], '^(%d+) (%d+)$')
    if not n or tonumber(n) == 0 or tonumber(ends) <= now then
        redis.call('HDEL', KEYS[1], all[at])
    else
        total = total + tonumber(n)
    end
end
return total
"""
)
