-- KEYS: meta, request, lanes, its lane, until, parked, leaving. ARGV: epoch, sequence, park id, lane, now.
if redis.call('ZREM', KEYS[4], ARGV[3]) == 0 then return {} end
redis.call('ZREM', KEYS[5], ARGV[3])
redis.call('ZREM', KEYS[6], ARGV[3])
if redis.call('EXISTS', KEYS[4]) == 0 then redis.call('SREM', KEYS[3], ARGV[4]) end
redis.call('HSET', KEYS[2], 'left', ARGV[5])
redis.call('ZADD', KEYS[7], ARGV[5], ARGV[3])
return {}
