-- KEYS: meta, request, lanes, its lane, until, parked. ARGV: epoch, sequence, park id, lane, arrived, until, parked, most
-- that may wait, then the request's fields in pairs.
if redis.call('EXISTS', KEYS[2]) == 1 then return { 'known' } end
if redis.call('ZCARD', KEYS[6]) >= tonumber(ARGV[8]) then return { 'full' } end
redis.call('HSET', KEYS[2], unpack(ARGV, 9))
redis.call('SADD', KEYS[3], ARGV[4])
redis.call('ZADD', KEYS[4], ARGV[5], ARGV[3])
redis.call('ZADD', KEYS[5], ARGV[6], ARGV[3])
redis.call('ZADD', KEYS[6], ARGV[7], ARGV[3])
return { 'parked' }
