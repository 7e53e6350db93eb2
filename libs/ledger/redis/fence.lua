-- Stands before every script. KEYS[1]: meta. ARGV[1]: the epoch this client opened; ARGV[2]: the last sequence it saw.
-- A Redis that lost its data has another epoch or none; one that lost its newest data (a tail cut off, a replica
-- that lagged behind and was promoted) has an older sequence. Both refuse: money must not be granted twice. Who finds an
-- older sequence takes the epoch away, so that those who have not seen as much are refused as well, until it is rebuilt.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'sequence')
if meta[1] ~= ARGV[1] then
  return redis.error_reply('FENCED the epoch is `' .. (meta[1] or '') .. '`, expected `' .. ARGV[1] .. '`')
end
local sequence = tonumber(meta[2] or '0')
if sequence < tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], 'epoch', 'lost:' .. ARGV[2])
  return redis.error_reply('FENCED the journal is at ' .. (meta[2] or '0') .. ', expected at least ' .. ARGV[2])
end

-- Lua's own conversion keeps 14 digits only; amounts have up to 16. Adding zero turns minus zero into zero.
local function int(number)
  return string.format('%.0f', number + 0)
end

-- What an entry of the journal's outbox consists of, as stream-entry.ts reads it.
local function entry_of(kind, reservation, attempt, request, tenant, amount, cost, status, at, postings, ...)
  return 'k', kind, 'r', reservation, 'a', attempt, 'q', request, 't', tenant,
    'm', amount, 'c', cost, 's', status, 'w', at, 'p', postings, ...
end

-- Appends an entry and returns its sequence. Always the first write of a script: a stream refuses an id that is not above
-- its last one, and then nothing may have been written yet.
local function write_entry(key, ...)
  local place = int(sequence + 1)
  redis.call('XADD', key, place .. '-0', entry_of(...))
  redis.call('HSET', KEYS[1], 'sequence', place)
  return place
end

local function split(text, separator)
  local parts = {}
  for part in string.gmatch(text, '[^' .. separator .. ']+') do parts[#parts + 1] = part end
  return parts
end

-- An account is `reserved settled cap` and then, for each change of its cap, `<TAB>from until delta id`. One that nobody
-- touched is at zero.

-- The cap with the changes that are in force now, as text; nothing where there is none.
local function cap_in_force(balance, now)
  if balance.changes == '' or balance.cap == '' then return balance.cap end
  local cap, moment = tonumber(balance.cap), tonumber(now)
  for from, till, delta in string.gmatch(balance.changes, '\t(%d+) (%d+) (%-?%d+) ') do
    if tonumber(from) <= moment and moment < tonumber(till) then cap = cap + tonumber(delta) end
  end
  return int(math.max(0, cap))
end
