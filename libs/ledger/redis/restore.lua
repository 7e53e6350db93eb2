-- KEYS: meta, balances, uncleared, overrides, outbox, then what takes the place of balances, uncleared and overrides, and
-- the ids of the reservations that come back. ARGV: epoch, sequence, keep seconds, prefix of reservations, prefix of those that come back.
-- Not fenced: it is what ends a fence.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'sequence')
if meta[1] == ARGV[1] then return { 'same_epoch' } end
local written = tonumber(meta[2] or '0')
local outbox = redis.call('EXISTS', KEYS[5]) == 1 and redis.call('XINFO', 'STREAM', KEYS[5]) or {}
for index = 1, #outbox, 2 do
  if outbox[index] == 'last-generated-id' then written = math.max(written, tonumber(string.match(outbox[index + 1], '^%d+'))) end
end
if written > tonumber(ARGV[2]) then return { 'behind', string.format('%.0f', written) } end

-- What is held here and not by the journal is held no more. Its outcome stays known, for redeliveries.
for _, id in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
  local key = ARGV[4] .. id
  local known = redis.call('HMGET', key, 'asked', 'outcome', 'request', 'tenant')
  redis.call('DEL', key)
  if known[2] then
    redis.call('HSET', key, 'asked', known[1], 'outcome', known[2], 'request', known[3], 'tenant', known[4],
      'open', '0', 'flight', '0', 'released', '1', 'accounts', '')
    redis.call('EXPIRE', key, ARGV[3])
  end
end
redis.call('DEL', string.sub(KEYS[1], 1, -#'meta' - 1) .. 'idle')
for index = 2, 4 do
  redis.call('DEL', KEYS[index])
  if redis.call('EXISTS', KEYS[index + 4]) == 1 then redis.call('RENAME', KEYS[index + 4], KEYS[index]) end
end
for _, id in ipairs(redis.call('LRANGE', KEYS[9], 0, -1)) do
  if redis.call('ZSCORE', KEYS[3], id) then
    redis.call('RENAME', ARGV[5] .. id, ARGV[4] .. id)
  -- One that is closed here too knows more: the outcomes of its calls.
  elseif redis.call('RENAMENX', ARGV[5] .. id, ARGV[4] .. id) == 1 then
    redis.call('EXPIRE', ARGV[4] .. id, ARGV[3])
  else
    redis.call('DEL', ARGV[5] .. id)
  end
end
redis.call('DEL', KEYS[9])
-- Whoever is refused under another epoch learns from this that it may go on under this one.
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'sequence', ARGV[2], 'rebuilt', ARGV[1], 'from', ARGV[2])
return { 'restored' }
