-- Stands before every script. KEYS[1]: meta. ARGV[1]: the epoch this client opened; ARGV[2]: the last sequence it saw.
-- A Redis that lost its data has another epoch or none; one that lost its newest data (a tail cut off, a replica
-- that lagged behind and was promoted) has an older sequence. Both refuse: money must not be granted twice.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'sequence')
if meta[1] ~= ARGV[1] then
  return redis.error_reply('FENCED the epoch is `' .. (meta[1] or '') .. '`, expected `' .. ARGV[1] .. '`')
end
local sequence = tonumber(meta[2] or '0')
if sequence < tonumber(ARGV[2]) then
  return redis.error_reply('FENCED the journal is at ' .. (meta[2] or '0') .. ', expected at least ' .. ARGV[2])
end

-- Lua's own conversion keeps 14 digits only; amounts have up to 16. Adding zero turns minus zero into zero.
local function int(number)
  return string.format('%.0f', number + 0)
end

-- Balances are `reserved settled cap` under `scope<TAB>window`; an account that nobody touched is at zero.
local function read_balances(key, accounts)
  local balances = {}
  for index, value in ipairs(redis.call('HMGET', key, unpack(accounts))) do
    local reserved, settled, cap = '0', '0', ''
    if value then reserved, settled, cap = string.match(value, '^(%d+) (%d+) (%d*)$') end
    balances[index] = { reserved = tonumber(reserved), settled = tonumber(settled), cap = cap, known = value }
  end
  return balances
end

-- The same amounts moved on every account: the fields to write, and the postings (account, both deltas, both results).
local function move(accounts, balances, reserved_delta, settled_delta)
  local fields, postings = {}, {}
  local deltas = '\t' .. int(reserved_delta) .. '\t' .. int(settled_delta) .. '\t'
  for index, balance in ipairs(balances) do
    local reserved, settled = int(balance.reserved + reserved_delta), int(balance.settled + settled_delta)
    fields[#fields + 1] = accounts[index]
    fields[#fields + 1] = reserved .. ' ' .. settled .. ' ' .. balance.cap
    postings[index] = accounts[index] .. deltas .. reserved .. '\t' .. settled
  end
  return fields, table.concat(postings, '\n')
end

-- Appends to the journal's outbox and returns the entry's sequence. Always the first write of a script: a stream
-- refuses an id that is not above its last one, and then nothing may have been written yet.
local function write_entry(key, kind, reservation, attempt, request, tenant, amount, cost, status, at, postings)
  local place = int(sequence + 1)
  redis.call('XADD', key, place .. '-0', 'k', kind, 'r', reservation, 'a', attempt, 'q', request, 't', tenant,
    'm', amount, 'c', cost, 's', status, 'w', at, 'p', postings)
  redis.call('HSET', KEYS[1], 'sequence', place)
  return place
end

local function split(text, separator)
  local parts = {}
  for part in string.gmatch(text, '[^' .. separator .. ']+') do parts[#parts + 1] = part end
  return parts
end
