-- KEYS: as in finish.lua. ARGV: epoch, sequence, keep seconds, reservation, attempt, charge, cost in nano-dollars, now, tokens or nothing.
-- Returns the status, then what was freed and the sequence of the new entry.
local id = ARGV[5]
local state = redis.call('HMGET', KEYS[3], 'a:' .. id, 'o:' .. id, 'c:' .. id, unpack(FIELDS))
if not state[1] then return { 'unknown_attempt' } end
if not state[2] then return { 'in_flight' } end
return late_settle(read_reservation(state, 3), id, read_attempt(state[1]), state[3], tonumber(ARGV[6]), tonumber(ARGV[9]), ARGV[7], ARGV[8])
