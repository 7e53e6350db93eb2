-- KEYS: meta, balances, reservation, outbox, uncleared.
-- ARGV: epoch, sequence, keep seconds, reservation, attempt, charge, cost in nano-dollars, now, outcome, tokens or nothing, basis.
-- Returns the status, then the outcome that is kept (nothing: the given one), then the sequence of a new entry.
local id = ARGV[5]
local state = redis.call('HMGET', KEYS[3], 'a:' .. id, 'o:' .. id, 'c:' .. id, unpack(FIELDS))
if not state[12] or string.sub(state[12], 1, 7) ~= 'created' then return { 'unknown_attempt' } end
local charge, tokens, basis = tonumber(ARGV[6]), tonumber(ARGV[10]), ARGV[11]
local reservation = read_reservation(state, 3)

if state[2] then
  if basis ~= 'usage' then return { 'already_finished', state[2] } end
  local late = late_settle(reservation, id, read_attempt(state[1]), state[3], charge, tokens, ARGV[7], ARGV[8])
  if late[1] ~= 'late_settled' then return { 'already_finished', state[2] } end
  return { 'late_settled', state[2], late[3] }
end

local open, flight = reservation.open, reservation.flight
local attempt
if state[1] then
  attempt = read_attempt(state[1])
  tokens = tokens or attempt.tokens
  if charge > attempt.worst or tokens > attempt.tokens then return { 'exceeds_worst_case' } end
elseif reservation.restored and open[1] - flight[1] >= charge then
  -- A call that a rebuilt ledger does not know of: it may have been of any partition, so all pay that have the room.
  tokens = tokens or 0
  for line, name in ipairs(reservation.lines) do
    if name == 'tokens' then tokens = math.min(tokens, open[line] - flight[line]) end
  end
  local labels, full = {}, {}
  for line, name in ipairs(reservation.lines) do
    local unit, only = string.match(name, '^(%S+) ?(.*)$')
    if open[line] - flight[line] < (unit == 'usd' and charge or tokens) then full[only] = true end
  end
  for _, name in ipairs(reservation.lines) do
    local only = string.match(name, '^%S+ (.*)$')
    if only and not full[only] then
      full[only] = true
      labels[#labels + 1] = only
    end
  end
  local joined = #labels > 0 and '\t' .. table.concat(labels, '\t') .. '\t' or ''
  attempt = { worst = charge, tokens = tokens, labels = joined, unseen = true }
else
  return { 'unknown_attempt' }
end

-- After a release nothing else can use what this call did not: its whole worst case leaves `reserved`.
local settled = shares_of(reservation.lines, charge, tokens, attempt.labels)
local worst = shares_of(reservation.lines, attempt.worst, attempt.tokens, attempt.labels)
local leaves = {}
for line in ipairs(settled) do
  local left = reservation.released and worst[line] or settled[line]
  leaves[line] = -left
  open[line] = open[line] - left
  if not attempt.unseen then flight[line] = flight[line] - worst[line] end
end
local postings, write = move(KEYS[2], reservation, leaves, settled, ARGV[8])
local status = basis == 'usage' and 'finished' or basis
local place = write_entry(KEYS[4], 'settled', ARGV[4], id, reservation.request, reservation.tenant, ARGV[6], ARGV[7], status, ARGV[8], postings)
write()
redis.call('HSET', KEYS[3], 'open', list(open), 'flight', list(flight), 'o:' .. id, ARGV[9], 'c:' .. id, ARGV[6] .. ' ' .. int(tokens) .. ' ' .. basis)
if attempt.unseen then
  local value = table.concat({ ARGV[6], ARGV[8], '-', '' }, ' ')
  redis.call('HSET', KEYS[3], 'a:' .. id, value .. '\n' .. int(tokens) .. attempt.labels)
end
if reservation.released and all_zero(open) then
  redis.call('EXPIRE', KEYS[3], ARGV[3])
  redis.call('ZREM', KEYS[5], ARGV[4])
end
return { 'finished', false, place }
