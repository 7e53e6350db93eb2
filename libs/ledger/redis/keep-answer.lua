-- KEYS: meta, answer. ARGV: epoch, sequence, keep seconds, answer. Returns the answer that was kept before, if any.
local kept = redis.call('GET', KEYS[2])
if kept then return { kept } end
redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[3])
return {}
