-- KEYS: revisions (a sorted set of members), reports (a hash), buckets (a hash).
-- ARGV: now, since, forget before, number of reports, then member and text of each; number of demands, then key, limit
-- a minute, burst, wanted and returned of each.
-- Returns the newest revision, the reports since, and for each demand what was granted and when there is more.
local now, since = tonumber(ARGV[1]), tonumber(ARGV[2])
-- Lua would print large numbers with fourteen digits.
local function text(number) return string.format('%.0f', number) end

local newest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
local revision = tonumber(newest[2] or '0')
local place = 5
for _ = 1, tonumber(ARGV[4]) do
  revision = math.max(revision + 1, now)
  redis.call('ZADD', KEYS[1], text(revision), ARGV[place])
  redis.call('HSET', KEYS[2], ARGV[place], ARGV[place + 1])
  place = place + 2
end
if place > 5 then
  local old = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[3])
  for _, member in ipairs(old) do
    redis.call('ZREM', KEYS[1], member)
    redis.call('HDEL', KEYS[2], member)
  end
end

local reports = {}
if revision > since then
  for index, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[2], '+inf')) do
    reports[index] = redis.call('HGET', KEYS[2], member)
  end
end

-- The same as `draw` in libs/domain/health/rate-bucket.ts.
local grants = {}
local demands = tonumber(ARGV[place])
place = place + 1
for _ = 1, demands do
  local key, limit, burst = ARGV[place], tonumber(ARGV[place + 1]), tonumber(ARGV[place + 2])
  local wanted, returned = tonumber(ARGV[place + 3]), tonumber(ARGV[place + 4])
  place = place + 5
  local known = redis.call('HGET', KEYS[3], key)
  local left, at = burst, now
  if known then
    local kept, kept_at = string.match(known, '^(%S+) (%S+)$')
    at = math.max(now, tonumber(kept_at))
    left = tonumber(kept) + (at - tonumber(kept_at)) * limit / 60000000
  end
  local held = math.min(burst, left + returned)
  local granted = math.floor(math.min(wanted, held))
  left = held - granted
  local missing = math.max(0, math.min(burst, wanted - granted) - left)
  redis.call('HSET', KEYS[3], key, string.format('%.9f', left) .. ' ' .. text(at))
  grants[#grants + 1] = text(granted)
  grants[#grants + 1] = text(at + math.ceil(missing * 60000000 / limit))
end
return { text(revision), reports, grants }
