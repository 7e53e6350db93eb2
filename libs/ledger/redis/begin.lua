-- KEYS: meta, reservation. ARGV: epoch, sequence, attempt, worst case, owner, now, token.
-- The token names this very command: when its answer was lost and it is sent again, it is told `begun` again, while
-- any other command finds the attempt in flight.
local attempt, outcome = 'a:' .. ARGV[3], 'o:' .. ARGV[3]
local state = redis.call('HMGET', KEYS[2], attempt, outcome, 'outcome', 'released', 'open', 'flight')
if state[2] then return { 'finished', state[2] } end
if state[1] then
  local began, token, owner = string.match(state[1], '^%d+ (%d+) (%S+) (.*)$')
  if token == ARGV[7] then return { 'begun' } end
  return { 'in_flight', owner, began }
end
if not state[3] or string.sub(state[3], 1, 7) ~= 'created' then return { 'unknown_reservation' } end
if state[4] == '1' then return { 'reservation_released' } end

local flight = tonumber(state[6]) + tonumber(ARGV[4])
if flight > tonumber(state[5]) then return { 'exceeds_reservation' } end
redis.call('HSET', KEYS[2], 'flight', int(flight), attempt, table.concat({ ARGV[4], ARGV[6], ARGV[7], ARGV[5] }, ' '))
return { 'begun' }
