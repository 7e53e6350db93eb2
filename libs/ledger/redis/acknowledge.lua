-- KEYS: meta, outbox. ARGV: epoch, sequence, then the ids in the stream. Fenced: another life of the ledger gives the same
-- ids to other entries.
return { int(redis.call('XDEL', KEYS[2], unpack(ARGV, 3))) }
