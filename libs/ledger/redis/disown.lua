-- KEYS: meta. ARGV: the epoch that was found, the last sequence that was seen in a later life. Not fenced: whoever asks has
-- been refused, and knows of a life that this store does not. Nobody spends here until it is rebuilt.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return { 'no' } end
redis.call('HSET', KEYS[1], 'epoch', 'lost:' .. ARGV[2])
return { 'yes' }
