-- KEYS: meta, reservation. ARGV: epoch, sequence, attempt, worst case, owner, now, token, tokens, labels.
-- The token names this very command: when its answer was lost and it is sent again, it is told `begun` again, while
-- any other command finds the attempt in flight.
local attempt, outcome = 'a:' .. ARGV[3], 'o:' .. ARGV[3]
local state = redis.call('HMGET', KEYS[2], attempt, outcome, unpack(FIELDS))
if state[2] then return { 'finished', state[2] } end
if state[1] then
  local known = read_attempt(state[1])
  if known.token == ARGV[7] then return { 'begun' } end
  return { 'in_flight', known.owner, known.began }
end
if not state[11] or string.sub(state[11], 1, 7) ~= 'created' then return { 'unknown_reservation' } end
if state[3] == '1' then return { 'reservation_released' } end

local flight
if state[9] then
  local reservation = read_reservation(state, 2)
  local shares = shares_of(reservation.lines, tonumber(ARGV[4]), tonumber(ARGV[8]), ARGV[9])
  for line, share in ipairs(shares) do
    shares[line] = reservation.flight[line] + share
    if shares[line] > reservation.open[line] then return { 'exceeds_reservation' } end
  end
  flight = list(shares)
else
  local dollars = tonumber(state[5]) + tonumber(ARGV[4])
  if dollars > tonumber(state[4]) then return { 'exceeds_reservation' } end
  flight = int(dollars)
end
local value = table.concat({ ARGV[4], ARGV[6], ARGV[7], ARGV[5] }, ' ')
if ARGV[8] ~= '0' or ARGV[9] ~= '' then value = value .. '\n' .. ARGV[8] .. ARGV[9] end
redis.call('HSET', KEYS[2], 'flight', flight, attempt, value)
return { 'begun' }
