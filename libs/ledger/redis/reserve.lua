-- The reserves of one turn, in their order, as if each were a script of its own: what one takes, the next finds taken. All
-- of them are decided before the first write, so none can fail behind another's; accounts that several touch are read and
-- written once.
-- KEYS: meta, balances, outbox, uncleared; then of each reserve the reservation and the accounts of its minute.
-- ARGV: epoch, sequence, keep seconds, keep seconds of a minute; then for each reserve the number of its arguments and
-- those: reservation, request, tenant, now, deadline, dollars of each option `a,b,c`, lines (`usd<LF>tokens<LF>usd
-- provider:openai`, those of requests last), how many lines are kept, the chain or nothing, `a,b,c` of each further line;
-- and for each account: its id, cap or nothing, line, and two letters: `h` for a hard cap or `s`; `j` for the journal, `m`
-- for the minute or `r` for a cap on this reservation alone.
-- Returns for each `kept` or `new`, the amounts asked for, the outcome, and the sequence of a new entry.
local HEAD = 9
local HARD, JOURNAL, MINUTE, REQUEST = 104, 106, 109, 114
-- By key, then by id: texts of accounts and outcomes of reservations, as they will stand behind what was decided so far.
local accounts, changed, outcomes = {}, {}, {}
local entries, reservations, refused, open_ones = {}, {}, {}, {}
local place = meta[2] or '0'

local function next_entry(...)
  place = int(sequence + #entries + 1)
  entries[#entries + 1] = { place .. '-0', entry_of(...) }
end

local function accounts_at(key, ids)
  local known, missing = accounts[key] or {}, {}
  accounts[key] = known
  for _, id in ipairs(ids) do
    if known[id] == nil then missing[#missing + 1] = id end
  end
  if #missing > 0 then
    for index, value in ipairs(redis.call('HMGET', key, unpack(missing))) do known[missing[index]] = value end
  end
  return known
end

local function put(key, id, text)
  accounts[key][id] = text
  changed[key] = changed[key] or {}
  changed[key][id] = true
end

-- `at` is where the arguments of this reserve begin, `last` where they end.
local function reserve(at, last, key, minute_key)
  local known = outcomes[key] or redis.call('HMGET', key, 'asked', 'outcome')
  if known[1] then return 'kept', known[1], known[2], '0' end

  local id, request, tenant, now, asked = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 5]
  local amounts = { split(asked, ',') }
  local options = #amounts[1]

  local function refuse(status, outcome)
    outcomes[key] = { asked, outcome }
    next_entry('refused', id, '', request, tenant, amounts[1][options], '0', status, now, '')
    reservations[#reservations + 1] = { key, 'asked', asked, 'outcome', outcome, 'request', request, 'tenant', tenant,
      'open', '0', 'flight', '0', 'released', '0', 'accounts', '' }
    refused[#refused + 1] = key
    return 'new', asked, outcome, place
  end

  if tonumber(now) > tonumber(ARGV[at + 4]) then return refuse('deadline_exceeded', 'deadline_exceeded') end

  local lines, kept_lines = split(ARGV[at + 6], '\n'), tonumber(ARGV[at + 7])
  for line = 2, #lines do amounts[line] = split(ARGV[at + HEAD + line - 2], ',') end

  local first = at + HEAD + #lines - 1
  local ids, minutes = {}, false
  for index = first, last, 4 do
    ids[#ids + 1] = ARGV[index]
    if string.byte(ARGV[index + 3], 2) == MINUTE then minutes = true end
  end
  local values = accounts_at(KEYS[2], ids)
  local minute_values = minutes and accounts_at(minute_key, ids)

  -- Of each account, as the text that it is kept as: most of it is written again as it was read.
  local reserved, settled, changes, forces, rooms = {}, {}, {}, {}, {}
  for index = 1, #ids do
    local from = first + (index - 1) * 4
    local cap, mode = ARGV[from + 1], ARGV[from + 3]
    local kept_in = string.byte(mode, 2)
    local value = kept_in == JOURNAL and values[ids[index]] or kept_in == MINUTE and minute_values[ids[index]]
    local held, spent, change = '0', '0', ''
    if value then held, spent, change = string.match(value, '^(%d+) (%d+) %d*(.*)$') end
    local force = cap
    if change ~= '' then force = cap_in_force({ cap = cap, changes = change }, now) end
    if cap ~= '' and string.byte(mode) == HARD then rooms[index] = tonumber(force) - spent - held end
    reserved[index], settled[index], changes[index], forces[index] = held, spent, change, force
  end

  -- The first account whose hard cap the option would break.
  local function short(option)
    for index = 1, #ids do
      local line = tonumber(ARGV[first + index * 4 - 2])
      if rooms[index] and tonumber(amounts[line][option]) > rooms[index] then return index end
    end
    return nil
  end

  local option = 1
  while option <= options and short(option) do option = option + 1 end
  if option > options then
    local index = short(options)
    local status, number = 'exceeds_cap', int(math.max(0, rooms[index]))
    if string.byte(ARGV[first + index * 4 - 1], 2) == MINUTE then status, number = 'exceeds_rate', forces[index] end
    return refuse(status, status .. ' ' .. number .. ' ' .. ids[index])
  end

  local postings, named, places = {}, {}, {}
  local plain = kept_lines == 1
  for index = 1, #ids do
    local from = first + (index - 1) * 4
    local account, line, kind = ids[index], tonumber(ARGV[from + 2]), string.byte(ARGV[from + 3], 2)
    if kind ~= REQUEST then
      local amount = amounts[line][option]
      local held, spent, deltas, posted = reserved[index], settled[index], nil, line
      -- A request is spent by being made: it has no line that is kept.
      if line > kept_lines then
        spent, deltas, posted = int(spent + amount), '\t0\t' .. amount .. '\t', 0
      else
        held, deltas = int(held + amount), '\t' .. amount .. '\t0\t'
      end
      local text = held .. ' ' .. spent .. ' ' .. ARGV[from + 1] .. changes[index]
      if kind == MINUTE then
        put(minute_key, account, text)
        posted = posted .. 'm'
      else
        put(KEYS[2], account, text)
        postings[#postings + 1] = account .. deltas .. held .. '\t' .. spent .. '\t' .. forces[index]
      end
      named[#named + 1] = account
      places[#places + 1] = posted
      if posted ~= 1 then plain = false end
    end
  end
  local outcome, chain = 'created ' .. int(option - 1) .. ' ' .. amounts[1][option], ARGV[at + 8]
  if chain ~= '' then outcome = outcome .. ' ' .. chain end
  outcomes[key] = { asked, outcome }
  next_entry('reserved', id, '', request, tenant, amounts[1][option], '0', 'created', now, table.concat(postings, '\n'))
  local fields = { key, 'asked', asked, 'outcome', outcome, 'request', request, 'tenant', tenant,
    'open', amounts[1][option], 'flight', '0', 'released', '0', 'accounts', table.concat(named, '\n') }
  if not plain then
    local open, flight = {}, {}
    for line = 1, kept_lines do open[line], flight[line] = amounts[line][option], '0' end
    fields[11], fields[13] = table.concat(open, ','), table.concat(flight, ',')
    for _, more in ipairs({ 'lines', table.concat(lines, '\n', 1, kept_lines), 'in', table.concat(places, ',') }) do fields[#fields + 1] = more end
  end
  reservations[#reservations + 1] = fields
  open_ones[#open_ones + 1] = now
  open_ones[#open_ones + 1] = id
  return 'new', asked, outcome, place
end

local replies = {}
local at = 5
for key = 5, #KEYS, 2 do
  local last = at + tonumber(ARGV[at])
  for _, part in ipairs({ reserve(at + 1, last, KEYS[key], KEYS[key + 1]) }) do replies[#replies + 1] = part end
  at = last + 1
end

for _, entry in ipairs(entries) do redis.call('XADD', KEYS[3], unpack(entry)) end
if #entries > 0 then redis.call('HSET', KEYS[1], 'sequence', place) end
for key, ids in pairs(changed) do
  local fields = {}
  for id in pairs(ids) do
    fields[#fields + 1] = id
    fields[#fields + 1] = accounts[key][id]
  end
  redis.call('HSET', key, unpack(fields))
  if key ~= KEYS[2] then redis.call('EXPIRE', key, ARGV[4]) end
end
for _, fields in ipairs(reservations) do redis.call('HSET', unpack(fields)) end
for _, key in ipairs(refused) do redis.call('EXPIRE', key, ARGV[3]) end
if #open_ones > 0 then redis.call('ZADD', KEYS[4], unpack(open_ones)) end
return replies
