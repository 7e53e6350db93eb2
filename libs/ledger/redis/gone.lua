-- KEYS: meta, request, leaving. ARGV: epoch, sequence, park id, keep seconds.
if redis.call('ZREM', KEYS[3], ARGV[3]) == 0 then return {} end
redis.call('HDEL', KEYS[2], 'event')
redis.call('EXPIRE', KEYS[2], ARGV[4])
return {}
