-- KEYS: meta, balances, idle marks, outbox. ARGV: epoch, sequence, account, how long it must be idle in microseconds or nothing,
-- now, id of the closing, tenant. Returns the status, then what the account was closed with and the sequence of the entry.
local account, now = ARGV[3], tonumber(ARGV[5])
local value = redis.call('HGET', KEYS[2], account)
local held, spent, cap, changes = string.match(value or '', '^(%d+) (%d+) (%d*)(.*)$')
local pending = held and held ~= '0'
for till in string.gmatch(changes or '', '\t%d+ (%d+) ') do pending = pending or tonumber(till) > now end
if not held or pending then
  redis.call('HDEL', KEYS[3], account)
  return { held and 'pending' or 'unknown_account' }
end
if ARGV[4] ~= '' then
  local noted, since = string.match(redis.call('HGET', KEYS[3], account) or '', '^(%d+) (%d+)$')
  if noted ~= spent then
    redis.call('HSET', KEYS[3], account, spent .. ' ' .. ARGV[5])
    return { 'in_use' }
  end
  if now - tonumber(since) < tonumber(ARGV[4]) then return { 'in_use' } end
end
local posting = account .. '\t0\t' .. int(-tonumber(spent)) .. '\t0\t0\t' .. cap
local amount = string.find(account, '^[^\t]*\t[^\t]*$') and spent or '0'
local place = write_entry(KEYS[4], 'archived', ARGV[6], '', ARGV[6], ARGV[7], amount, '0', 'archived', ARGV[5], posting)
redis.call('HDEL', KEYS[2], account)
redis.call('HDEL', KEYS[3], account)
return { 'archived', spent, place }
