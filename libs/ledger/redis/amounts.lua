-- Stands before the scripts that move what a reservation holds. Its lines are the units and labels whose accounts share
-- an amount (`usd`, `tokens`, `usd provider:openai`), dollars of every call first; of each it keeps what is open and in
-- flight. `in` says for each account the number of its line, 0 for none, with an `m` behind it for an account of a minute.
local FIELDS = { 'released', 'open', 'flight', 'accounts', 'request', 'tenant', 'lines', 'in', 'outcome', 'restored' }

local function numbers(text)
  local parts = split(text, ',')
  for index, part in ipairs(parts) do parts[index] = tonumber(part) end
  return parts
end

local function list(values)
  local parts = {}
  for index, value in ipairs(values) do parts[index] = int(value) end
  return table.concat(parts, ',')
end

-- What follows `skip` other fields in an answer of HMGET.
local function read_reservation(answer, skip)
  local lines = split(answer[skip + 7] or 'usd', '\n')
  return {
    released = answer[skip + 1] == '1', open = numbers(answer[skip + 2]), flight = numbers(answer[skip + 3]),
    accounts = split(answer[skip + 4], '\n'), request = answer[skip + 5], tenant = answer[skip + 6], lines = lines,
    places = answer[skip + 8] and split(answer[skip + 8], ','), restored = answer[skip + 10] == '1',
  }
end

-- What a call of these amounts and labels (`<TAB>label<TAB>label<TAB>`) is to each line.
local function shares_of(lines, dollars, tokens, labels)
  local shares = {}
  for index, line in ipairs(lines) do
    local unit, only = string.match(line, '^(%S+) ?(.*)$')
    local charged = only == '' or string.find(labels, '\t' .. only .. '\t', 1, true)
    shares[index] = charged and (unit == 'usd' and dollars or tokens) or 0
  end
  return shares
end

-- `worst began token owner`, and behind a line end `tokens<TAB>label<TAB>label<TAB>` where there are any.
local function read_attempt(value)
  local worst, began, token, owner, rest = string.match(value, '^(%d+) (%d+) (%S+) ([^\n]*)\n?(.*)$')
  local tokens, labels = string.match(rest, '^(%d+)(.*)$')
  return { worst = tonumber(worst), began = began, token = token, owner = owner, tokens = tonumber(tokens or '0'), labels = labels or '' }
end

local function minute_key(account)
  return string.sub(KEYS[1], 1, -#'meta' - 1) .. 'minute:' .. string.match(account, '^[^\t]*\t([^\t]*)')
end

-- Moves the lines' deltas on every account that takes part in them, and returns the postings. Writes nothing yet:
-- `write` does, after the entry. An account that was archived holds nothing, so only what moves nothing reserved may miss
-- it; one that has less than a correction takes was archived, and begun anew since. `archived` counts those.
local function move(key, reservation, reserved_deltas, settled_deltas, now)
  local accounts, places = reservation.accounts, reservation.places
  local fields, postings, minutes, deltas, archived = {}, {}, nil, {}, 0
  for line, reserved in ipairs(reserved_deltas) do
    deltas[line] = '\t' .. int(reserved) .. '\t' .. int(settled_deltas[line]) .. '\t'
  end
  local values = #accounts > 0 and redis.call('HMGET', key, unpack(accounts)) or {}
  for index, account in ipairs(accounts) do
    local place = places and places[index] or '1'
    local line, minute = tonumber(place), false
    if not line then line, minute = tonumber(string.sub(place, 1, -2)), true end
    local reserved, settled = reserved_deltas[line], settled_deltas[line]
    local labelled = line > 1 and string.find(reservation.lines[line], ' ', 1, true)
    if line > 0 and not (labelled and reserved == 0 and settled == 0) then
      local value = values[index]
      if minute then value = redis.call('HGET', minute_key(account), account) end
      if not value and not minute then
        if reserved ~= 0 then error('account `' .. account .. '` of a reservation is missing') end
        archived = archived + 1
      end
      local held, spent, cap, changes = string.match(value or '', '^(%d+) (%d+) (%d*)(.*)$')
      if value and reserved == 0 and spent + settled < 0 then
        archived = archived + 1
      elseif value then
        held, spent = int(held + reserved), int(spent + settled)
        local written = held .. ' ' .. spent .. ' ' .. cap .. changes
        if minute then
          minutes = minutes or {}
          minutes[#minutes + 1] = { minute_key(account), account, written }
        else
          fields[#fields + 1] = account
          fields[#fields + 1] = written
          if changes ~= '' then cap = cap_in_force({ cap = cap, changes = changes }, now) end
          postings[#postings + 1] = account .. deltas[line] .. held .. '\t' .. spent .. '\t' .. cap
        end
      end
    end
  end
  local function write()
    if #fields > 0 then redis.call('HSET', key, unpack(fields)) end
    for _, minute in ipairs(minutes or {}) do redis.call('HSET', unpack(minute)) end
  end
  return table.concat(postings, '\n'), write, archived
end

local function all_zero(values)
  for _, value in ipairs(values) do
    if value ~= 0 then return false end
  end
  return true
end

-- Corrects a charge that did not stand on the provider's count, downwards and once. KEYS as in finish.lua.
local function late_settle(reservation, attempt_id, attempt, charge, dollars, tokens, cost, now)
  local charged, charged_tokens, basis = string.match(charge or '0 0 usage', '^(%d+) (%d+) (%S+)$')
  if basis == 'usage' then return { 'already_settled' } end
  charged, charged_tokens = tonumber(charged), tonumber(charged_tokens)
  tokens = tokens or charged_tokens
  if dollars > charged or tokens > charged_tokens then return { 'exceeds_charge' } end
  local zeros, deltas = {}, {}
  local before = shares_of(reservation.lines, charged, charged_tokens, attempt.labels)
  for index, share in ipairs(shares_of(reservation.lines, dollars, tokens, attempt.labels)) do
    zeros[index], deltas[index] = 0, share - before[index]
  end
  local postings, write, archived = move(KEYS[2], reservation, zeros, deltas, now)
  if archived > 0 and postings == '' then return { 'account_archived' } end
  local freed = int(charged - dollars)
  local place = write_entry(KEYS[4], 'late_settled', ARGV[4], attempt_id, reservation.request, reservation.tenant, freed, cost, 'late_settled', now, postings)
  write()
  redis.call('HSET', KEYS[3], 'c:' .. attempt_id, int(dollars) .. ' ' .. int(tokens) .. ' usage')
  return { 'late_settled', freed, place }
end
