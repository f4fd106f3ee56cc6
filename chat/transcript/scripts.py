"""What Redis does in one step with a transcript. Nothing else can happen in between.

The keys of one conversation are, in this order: about (a hash of numbers), messages, notes (lists of entries), known (the number of each
entry, by its author and client_id, or a digest), grants (by public key: a rank, and the sealed grant). An entry is a list in JSON of codes,
numbers, its name and the envelope, which only browsers open. The name is the client_id, drawn at random, or one that is sealed.
"""

from chat.redis_client import Script

# KEYS: the five, and the ticket's. ARGV: epoch, version, parties, now_ms, how long to keep it (ms), ticket or ''.
OPEN = Script(
    """
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if epoch then return tonumber(epoch) end
if ARGV[6] ~= '' and redis.call('GET', KEYS[6]) ~= ARGV[6] then return end
redis.call('DEL', unpack(KEYS))
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'version', ARGV[2], 'parties', ARGV[3], 'last', ARGV[4],
    'visitor', 0, 'counsellor', 0)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return tonumber(ARGV[1])
"""
)

# ARGV: kind, author, what a repeat is known by, name, envelope, now_ms, most, quiet_ms, channel, conversation.
APPEND = Script(
    """
local about = redis.call('HMGET', KEYS[1], 'epoch', 'sealed', 'version', 'parties', 'last', 'counsellor', 'stretches')
if not about[1] then return 'unknown' end
if about[2] then return 'sealed' end
local kind, author = ARGV[1], tonumber(ARGV[2])
local number = '0'
if author > 0 then
    number = string.match(about[4], ';' .. ARGV[2] .. '=(%d+);')
    if not number then return 'not_a_party' end
end
local first = redis.call('HGET', KEYS[4], ARGV[3])
if first then return {tonumber(about[1]), tonumber(first), 1} end
local list = kind == 'message' and KEYS[2] or KEYS[3]
local seq = redis.call('LLEN', list) + 1
if seq > tonumber(ARGV[7]) then return 'full' end
local entry = '["' .. kind .. '",' .. about[1] .. ',' .. seq .. ',' .. ARGV[2] .. ',' .. number .. ',"' .. ARGV[4]
    .. '","' .. ARGV[5] .. '",' .. ARGV[6] .. ',' .. about[3] .. ',"' .. about[4] .. '"]'
redis.call('RPUSH', list, entry)
redis.call('HSET', KEYS[4], ARGV[3], seq)
if seq == 1 then
    local left = redis.call('PTTL', KEYS[1])
    redis.call('PEXPIRE', list, left)
    redis.call('PEXPIRE', KEYS[4], left)
end
if kind == 'message' then
    if author == 0 then
        redis.call('HINCRBY', KEYS[1], 'visitor', 1)
        if (tonumber(about[6] or '') or 0) > 0 then redis.call('HSET', KEYS[1], 'two_way', 1) end
    end
    if author > 0 then redis.call('HINCRBY', KEYS[1], 'counsellor', 1) end
    local silence = tonumber(ARGV[6]) - tonumber(about[5])
    if silence > tonumber(ARGV[8]) then
        local stretch = about[5] .. '-' .. ARGV[6] .. ';'
        redis.call('HSET', KEYS[1], 'stretches', (about[7] or '') .. stretch)
    end
    redis.call('HSET', KEYS[1], 'last', ARGV[6])
end
redis.call('PUBLISH', ARGV[9], ARGV[10] .. ' ' .. entry)
return {tonumber(about[1]), seq, 0}
"""
)

# KEYS: about, the list. ARGV: after, limit.
READ = Script(
    """
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then return end
local after, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local entries = {}
if limit > 0 then entries = redis.call('LRANGE', KEYS[2], after, after + limit - 1) end
return {tonumber(epoch), redis.call('LLEN', KEYS[2]), entries}
"""
)

SET_PARTIES = Script(
    """
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return 0 end
if tonumber(ARGV[1]) >= tonumber(version) then
    redis.call('HSET', KEYS[1], 'version', ARGV[1], 'parties', ARGV[2])
end
return 1
"""
)

# KEYS: about, grants. ARGV: public key, rank, grant (sealed), most, the public keys of those who take part.
PUT_GRANT = Script(
    """
local about = redis.call('HMGET', KEYS[1], 'epoch', 'sealed')
if not about[1] or about[2] then return 0 end
local known = redis.call('HGET', KEYS[2], ARGV[1])
if known then
    local rank = tonumber(string.match(known, '^(%d+) ') or '')
    if rank and rank >= tonumber(ARGV[2]) then return 0 end
elseif redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[4]) then
    local here = {}
    for at = 5, #ARGV do here[ARGV[at]] = true end
    for _, to in ipairs(redis.call('HKEYS', KEYS[2])) do
        if not here[to] then redis.call('HDEL', KEYS[2], to) end
    end
    if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[4]) then return 0 end
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. ' ' .. ARGV[3])
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
return 1
"""
)

# The texts expire soon; the counts stay, for a process that finishes a closing which another one began.
SEAL = Script(
    """
local counts = redis.call('HMGET', KEYS[1], 'visitor', 'counsellor', 'last', 'two_way', 'stretches')
if not counts[1] then return end
if redis.call('HSETNX', KEYS[1], 'sealed', 1) == 1 then
    for key = 2, 5 do redis.call('PEXPIRE', KEYS[key], ARGV[1]) end
end
return counts
"""
)

RENEW = Script(
    """
if redis.call('HEXISTS', KEYS[1], 'sealed') == 1 then return end
for key = 1, 5 do redis.call('PEXPIRE', KEYS[key], ARGV[1]) end
"""
)
