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
  if string.sub(ARGV[index + 3], 2) == 'm' then minutes = true end
end
local values = redis.call('HMGET', KEYS[2], unpack(ids))
local minute_values = minutes and redis.call('HMGET', KEYS[6], unpack(ids))

local accounts = {}
for index = 1, count do
  local at = 12 + line_count + (index - 1) * 4
  local mode = ARGV[at + 3]
  local place = string.sub(mode, 2)
  local balance = read_balance(place == 'j' and values[index] or place == 'm' and minute_values[index])
  balance.cap = ARGV[at + 1]
  balance.place, balance.line = place, tonumber(ARGV[at + 2])
  if balance.cap ~= '' then
    balance.force = cap_in_force(balance, now)
    if string.sub(mode, 1, 1) == 'h' then balance.room = tonumber(balance.force) - balance.settled - balance.reserved end
  end
  accounts[index] = balance
end

-- The first account whose hard cap the option would break.
local function short(option)
  for index = 1, count do
    local account = accounts[index]
    if account.room and tonumber(amounts[account.line][option]) > account.room then return index end
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
  local account = accounts[index]
  local status, number = 'exceeds_cap', int(math.max(0, account.room))
  if account.place == 'm' then status, number = 'exceeds_rate', account.force end
  return refuse(status, status .. ' ' .. number .. ' ' .. ids[index], amounts[1][options])
end

local fields, minute_fields, postings, named, places = {}, {}, {}, {}, {}
local plain = kept_lines == 1
for index = 1, count do
  local account = accounts[index]
  if account.place ~= 'r' then
    local amount = amounts[account.line][option]
    local reserved, settled, place = amount, '0', account.line
    -- A request is spent by being made: it has no line that is kept.
    if account.line > kept_lines then reserved, settled, place = '0', amount, 0 end
    account.reserved, account.settled = account.reserved + tonumber(reserved), account.settled + tonumber(settled)
    local written = account.place == 'j' and fields or minute_fields
    written[#written + 1] = ids[index]
    written[#written + 1] = write_balance(account)
    named[#named + 1] = ids[index]
    if account.place == 'm' then place = place .. 'm' end
    places[#places + 1] = place
    if place ~= 1 then plain = false end
    if account.place == 'j' then
      postings[#postings + 1] = table.concat({ ids[index], reserved, settled, int(account.reserved), int(account.settled), account.force or '' }, '\t')
    end
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
