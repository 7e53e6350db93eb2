-- KEYS: meta, balances, reservation, outbox, uncleared. ARGV: epoch, sequence, keep seconds, reservation, now,
-- `1` when all its calls are known.
-- Returns the status, then what was freed and the sequence of the new entry.
local state = redis.call('HMGET', KEYS[3], unpack(FIELDS))
if not state[9] or string.sub(state[9], 1, 7) ~= 'created' then return { 'unknown_reservation' } end
if state[1] == '1' then return { 'already_released' } end
if state[10] == '1' and ARGV[6] ~= '1' then return { 'calls_unknown' } end

-- Calls in flight keep their worst case until they are finished.
local reservation = read_reservation(state, 0)
local deltas, zeros = {}, {}
for line, open in ipairs(reservation.open) do deltas[line], zeros[line] = reservation.flight[line] - open, 0 end
local freed = int(-deltas[1])
local postings, write = move(KEYS[2], reservation, deltas, zeros, ARGV[5])
local place = write_entry(KEYS[4], 'released', ARGV[4], '', reservation.request, reservation.tenant, freed, '0', 'released', ARGV[5], postings)
write()
redis.call('HSET', KEYS[3], 'released', '1', 'open', state[3])
if all_zero(reservation.flight) then
  redis.call('EXPIRE', KEYS[3], ARGV[3])
  redis.call('ZREM', KEYS[5], ARGV[4])
end
return { 'released', freed, place }
