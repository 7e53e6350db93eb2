-- KEYS: meta, balances, reservation, outbox, uncleared, accounts of the minute.
-- ARGV: epoch, sequence, keep seconds, reservation, request, tenant, now, deadline, dollars of each option `a,b,c`, keep
-- seconds of a minute, lines (`usd<LF>tokens<LF>usd provider:openai`, those of requests last), how many lines are kept,
-- `a,b,c` of each further line; then for each account: its id, cap or nothing, line, and two letters: `h` for a hard cap
-- or `s`; `j` for the journal, `m` for the minute or `r` for a cap on this reservation alone.
-- Returns `kept` or `new`, the amounts asked for, the outcome, and the sequence of a new entry.
local kept = redis.call('HMGET', KEYS[3], 'asked', 'outcome')
if kept[1] then return { 'kept', kept[1], kept[2], '0' } end

local now, asked = ARGV[7], ARGV[9]

local function refuse(status, outcome, amount)
  local place = write_entry(KEYS[4], 'refused', ARGV[4], '', ARGV[5], ARGV[6], amount, '0', status, now, '')
  redis.call('HSET', KEYS[3], 'asked', asked, 'outcome', outcome, 'request', ARGV[5], 'tenant', ARGV[6],
    'open', '0', 'flight', '0', 'released', '0', 'accounts', '')
  redis.call('EXPIRE', KEYS[3], ARGV[3])
  return { 'new', asked, outcome, place }
end

local amounts = { split(asked, ',') }
if tonumber(now) > tonumber(ARGV[8]) then
  return refuse('deadline_exceeded', 'deadline_exceeded', amounts[1][#amounts[1]])
end

local lines, kept_lines, options = ARGV[11], tonumber(ARGV[12]), #amounts[1]
local line_count = 1
for _ in string.gmatch(lines, '\n') do line_count = line_count + 1 end
for line = 2, line_count do amounts[line] = split(ARGV[11 + line], ',') end

local ids, count, minutes = {}, 0, false
for index = 12 + line_count, #ARGV, 4 do
  count = count + 1
  ids[count] = ARGV[index]
  if string.byte(ARGV[index + 3], 2) == 109 then minutes = true end
end
local values = redis.call('HMGET', KEYS[2], unpack(ids))
local minute_values = minutes and redis.call('HMGET', KEYS[6], unpack(ids))

-- Of each account, as the text that it is kept as: most of it is written again as it was read.
local reserved, settled, changes, forces, rooms, place_of, line_of = {}, {}, {}, {}, {}, {}, {}
for index = 1, count do
  local at = 12 + line_count + (index - 1) * 4
  local cap, mode = ARGV[at + 1], ARGV[at + 3]
  local place = string.sub(mode, 2)
  local value = place == 'j' and values[index] or place == 'm' and minute_values[index]
  local held, spent, change = '0', '0', ''
  if value then held, spent, change = string.match(value, '^(%d+) (%d+) %d*(.*)$') end
  local force = cap
  if change ~= '' then force = cap_in_force({ cap = cap, changes = change }, now) end
  if cap ~= '' and string.byte(mode, 1) == 104 then rooms[index] = tonumber(force) - spent - held end
  reserved[index], settled[index], changes[index], forces[index] = held, spent, change, force
  place_of[index], line_of[index] = place, tonumber(ARGV[at + 2])
end

-- The first account whose hard cap the option would break.
local function short(option)
  for index = 1, count do
    if rooms[index] and tonumber(amounts[line_of[index]][option]) > rooms[index] then return index end
  end
  return nil
end

local option
for index = 1, options do
  if not short(index) then
    option = index
    break
  end
end
if not option then
  local index = short(options)
  local status, number = 'exceeds_cap', int(math.max(0, rooms[index]))
  if place_of[index] == 'm' then status, number = 'exceeds_rate', forces[index] end
  return refuse(status, status .. ' ' .. number .. ' ' .. ids[index], amounts[1][options])
end

local fields, minute_fields, postings, named, places = {}, {}, {}, {}, {}
local plain = kept_lines == 1
for index = 1, count do
  local kind, line = place_of[index], line_of[index]
  if kind ~= 'r' then
    local id, amount = ids[index], amounts[line][option]
    local held, spent, deltas, place = reserved[index], settled[index], '', line
    -- A request is spent by being made: it has no line that is kept.
    if line > kept_lines then
      spent, deltas, place = int(spent + amount), '\t0\t' .. amount .. '\t', 0
    else
      held, deltas = int(held + amount), '\t' .. amount .. '\t0\t'
    end
    local written = fields
    if kind == 'm' then
      written, place = minute_fields, place .. 'm'
    else
      postings[#postings + 1] = id .. deltas .. held .. '\t' .. spent .. '\t' .. forces[index]
    end
    written[#written + 1] = id
    written[#written + 1] = held .. ' ' .. spent .. ' ' .. ARGV[12 + line_count + (index - 1) * 4 + 1] .. changes[index]
    named[#named + 1] = id
    places[#places + 1] = place
    if place ~= 1 then plain = false end
  end
end
local outcome = 'created ' .. int(option - 1) .. ' ' .. amounts[1][option]
local place = write_entry(KEYS[4], 'reserved', ARGV[4], '', ARGV[5], ARGV[6], amounts[1][option], '0', 'created', now, table.concat(postings, '\n'))
if #fields > 0 then redis.call('HSET', KEYS[2], unpack(fields)) end
if #minute_fields > 0 then
  redis.call('HSET', KEYS[6], unpack(minute_fields))
  redis.call('EXPIRE', KEYS[6], ARGV[10])
end
if plain then
  redis.call('HSET', KEYS[3], 'asked', asked, 'outcome', outcome, 'request', ARGV[5], 'tenant', ARGV[6],
    'open', amounts[1][option], 'flight', '0', 'released', '0', 'accounts', table.concat(named, '\n'))
else
  local open, flight, held = {}, {}, {}
  for line in string.gmatch(lines, '[^\n]+') do
    if #held == kept_lines then break end
    held[#held + 1] = line
    open[#held], flight[#held] = amounts[#held][option], '0'
  end
  redis.call('HSET', KEYS[3], 'asked', asked, 'outcome', outcome, 'request', ARGV[5], 'tenant', ARGV[6],
    'open', table.concat(open, ','), 'flight', table.concat(flight, ','), 'released', '0', 'accounts', table.concat(named, '\n'),
    'lines', table.concat(held, '\n'), 'in', table.concat(places, ','))
end
redis.call('ZADD', KEYS[5], now, ARGV[4])
return { 'new', asked, outcome, place }
