-- KEYS: meta, balances, reservation, outbox, uncleared, then the count of each rate.
-- ARGV: epoch, sequence, keep seconds, reservation, request, tenant, now, deadline, amounts `a,b,c`, keep seconds of a count,
-- then for each rate: `scope<TAB>window`, most requests; then for each account: `scope<TAB>window`, cap or nothing, `1` when hard.
-- Returns `kept` or `new`, the amounts asked for, the outcome, and the sequence of a new entry.
local kept = redis.call('HMGET', KEYS[3], 'asked', 'outcome')
if kept[1] then return { 'kept', kept[1], kept[2], '0' } end

local now, asked = ARGV[7], ARGV[9]

local function keep(outcome, open, accounts)
  redis.call('HSET', KEYS[3], 'asked', asked, 'outcome', outcome, 'request', ARGV[5], 'tenant', ARGV[6],
    'open', open, 'flight', '0', 'released', '0', 'accounts', accounts)
end

local function refuse(status, outcome, amount)
  local place = write_entry(KEYS[4], 'refused', ARGV[4], '', ARGV[5], ARGV[6], amount, '0', status, now, '')
  keep(outcome, '0', '')
  redis.call('EXPIRE', KEYS[3], ARGV[3])
  return { 'new', asked, outcome, place }
end

local amounts = split(asked, ',')
if tonumber(now) > tonumber(ARGV[8]) then
  return refuse('deadline_exceeded', 'deadline_exceeded', amounts[#amounts])
end

local rates = #KEYS - 5
for rate = 1, rates do
  local name, most = ARGV[9 + 2 * rate], ARGV[10 + 2 * rate]
  if tonumber(redis.call('GET', KEYS[5 + rate]) or '0') >= tonumber(most) then
    return refuse('exceeds_rate', 'exceeds_rate ' .. most .. ' ' .. name, amounts[#amounts])
  end
end

local first_account = 11 + 2 * rates
local accounts, caps = {}, {}
for index = first_account, #ARGV, 3 do
  accounts[#accounts + 1] = ARGV[index]
  if ARGV[index + 1] ~= '' and ARGV[index + 2] == '1' then caps[#accounts] = tonumber(ARGV[index + 1]) end
end
local balances = read_balances(KEYS[2], accounts)

-- The first account whose hard cap the amount would break.
local function short(amount)
  for index, balance in ipairs(balances) do
    if caps[index] and balance.settled + balance.reserved + amount > caps[index] then return index end
  end
  return nil
end

local option
for index, amount in ipairs(amounts) do
  if not short(tonumber(amount)) then
    option = index
    break
  end
end
if not option then
  local index = short(tonumber(amounts[#amounts]))
  local left = math.max(0, caps[index] - balances[index].settled - balances[index].reserved)
  local scope = string.match(accounts[index], '^[^\t]*')
  return refuse('exceeds_cap', 'exceeds_cap ' .. int(left) .. ' ' .. scope, amounts[#amounts])
end

for index, balance in ipairs(balances) do balance.cap = ARGV[first_account + (index - 1) * 3 + 1] end
local amount = amounts[option]
local outcome = 'created ' .. int(option - 1) .. ' ' .. amount
local fields, postings = move(accounts, balances, tonumber(amount), 0)
local place = write_entry(KEYS[4], 'reserved', ARGV[4], '', ARGV[5], ARGV[6], amount, '0', 'created', now, postings)
redis.call('HSET', KEYS[2], unpack(fields))
keep(outcome, amount, table.concat(accounts, '\n'))
redis.call('ZADD', KEYS[5], now, ARGV[4])
for rate = 1, rates do
  redis.call('INCR', KEYS[5 + rate])
  redis.call('EXPIRE', KEYS[5 + rate], ARGV[10])
end
return { 'new', asked, outcome, place }
