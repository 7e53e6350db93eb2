-- KEYS: meta, balances, reservation, outbox, uncleared. ARGV: epoch, sequence, keep seconds, reservation, now.
-- Returns the status, then what was freed and the sequence of the new entry.
local state = redis.call('HMGET', KEYS[3], 'outcome', 'released', 'open', 'flight', 'accounts', 'request', 'tenant')
if not state[1] or string.sub(state[1], 1, 7) ~= 'created' then return { 'unknown_reservation' } end
if state[2] == '1' then return { 'already_released' } end

local accounts = split(state[5], '\n')
local balances = read_balances(KEYS[2], accounts)
for index, balance in ipairs(balances) do
  if not balance.known then return redis.error_reply('ERR account `' .. accounts[index] .. '` of a reservation is missing') end
end
-- Calls in flight keep their worst case until they are finished.
local freed = tonumber(state[3]) - tonumber(state[4])
local fields, postings = move(accounts, balances, -freed, 0)
local place = write_entry(KEYS[4], 'released', ARGV[4], '', state[6], state[7], int(freed), '0', 'released', ARGV[5], postings)
redis.call('HSET', KEYS[2], unpack(fields))
redis.call('HSET', KEYS[3], 'released', '1', 'open', state[4])
if state[4] == '0' then
  redis.call('EXPIRE', KEYS[3], ARGV[3])
  redis.call('ZREM', KEYS[5], ARGV[4])
end
return { 'released', int(freed), place }
