-- KEYS: meta, balances, reservation, outbox, uncleared.
-- ARGV: epoch, sequence, keep seconds, reservation, attempt, charge, cost in nano-dollars, now, outcome.
-- Returns the status, then the outcome that is kept or the sequence of the new entry.
local attempt, outcome = 'a:' .. ARGV[5], 'o:' .. ARGV[5]
local state = redis.call('HMGET', KEYS[3], attempt, outcome, 'released', 'open', 'flight', 'accounts', 'request', 'tenant')
if not state[1] then return { 'unknown_attempt' } end
if state[2] then return { 'already_finished', state[2] } end
local charge, worst_case = tonumber(ARGV[6]), tonumber(string.match(state[1], '^%d+'))
if charge > worst_case then return { 'exceeds_worst_case' } end

local accounts = split(state[6], '\n')
local balances = read_balances(KEYS[2], accounts)
for index, balance in ipairs(balances) do
  if not balance.known then return redis.error_reply('ERR account `' .. accounts[index] .. '` of a reservation is missing') end
end
-- After a release nothing else can use what this call did not: its whole worst case leaves `reserved`.
local released = state[3] == '1'
local leaves = released and worst_case or charge
local open = tonumber(state[4]) - leaves
local fields, postings = move(accounts, balances, -leaves, charge)
local place = write_entry(KEYS[4], 'settled', ARGV[4], ARGV[5], state[7], state[8], ARGV[6], ARGV[7], 'finished', ARGV[8], postings)
redis.call('HSET', KEYS[2], unpack(fields))
redis.call('HSET', KEYS[3], 'open', int(open), 'flight', int(tonumber(state[5]) - worst_case), outcome, ARGV[9])
if released and open == 0 then
  redis.call('EXPIRE', KEYS[3], ARGV[3])
  redis.call('ZREM', KEYS[5], ARGV[4])
end
return { 'finished', place }
