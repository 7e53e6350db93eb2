-- KEYS: meta, lead. ARGV: epoch, sequence, owner, now, until. The time is the callers': theirs is the only clock here.
local lead = redis.call('HMGET', KEYS[2], 'owner', 'until')
if lead[1] and lead[1] ~= ARGV[3] and tonumber(lead[2]) > tonumber(ARGV[4]) then return { 'no' } end
redis.call('HSET', KEYS[2], 'owner', ARGV[3], 'until', ARGV[5])
return { 'yes' }
