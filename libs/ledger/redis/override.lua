-- KEYS: meta, balances, overrides, outbox. ARGV: epoch, sequence, id, tenant, account, declared cap or nothing, delta, from,
-- until, now, the override as JSON, most changes of one account. Returns the status, the cap in force, and the sequence of a new entry.
local id, now = ARGV[3], tonumber(ARGV[10])
local reserved, settled, cap, changed = string.match(redis.call('HGET', KEYS[2], ARGV[5]) or '0 0 ', '^(%d+) (%d+) (%d*)(.*)$')
local balance = { cap = cap, changes = changed }
if ARGV[6] ~= '' then balance.cap = ARGV[6] end
local known = redis.call('HGET', KEYS[3], id)
if known then
  if known ~= ARGV[11] then return { 'exists_with_different_amount' } end
  local cap = cap_in_force(balance, ARGV[10])
  return { 'exists', cap == '' and '0' or cap }
end
if tonumber(ARGV[9]) <= math.max(now, tonumber(ARGV[8])) then return { 'expired_window' } end
if balance.cap == '' then return { 'unknown_scope' } end

-- In the order of their ids, as the domain keeps them; those that are over leave.
local changes = { { id, '\t' .. ARGV[8] .. ' ' .. ARGV[9] .. ' ' .. ARGV[7] .. ' ' .. id } }
for change, till, other in string.gmatch(balance.changes, '(\t%d+ (%d+) %-?%d+ ([^\t]*))') do
  if tonumber(till) > now then changes[#changes + 1] = { other, change } end
end
if #changes > tonumber(ARGV[12]) then return { 'too_many_overrides' } end
table.sort(changes, function(a, b) return a[1] < b[1] end)
local texts = {}
for index, change in ipairs(changes) do texts[index] = change[2] end
balance.changes = table.concat(texts)
local place = write_entry(KEYS[4], 'override', id, '', id, ARGV[4], '0', '0', 'created', ARGV[10], '', 'o', ARGV[11])
redis.call('HSET', KEYS[2], ARGV[5], table.concat({ reserved, ' ', settled, ' ', balance.cap, balance.changes }))
redis.call('HSET', KEYS[3], id, ARGV[11])
return { 'created', cap_in_force(balance, ARGV[10]), place }
