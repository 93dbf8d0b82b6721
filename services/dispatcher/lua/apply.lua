-- Bring the projection of one partition from one ledger offset to a later one.
-- ARGV: partition, expected offset, new offset, JSON {put = [...], remove = [...]}
-- Returns 1, or 0 when the projection is not where the book was: it must be rebuilt.
if redis.call('HGET', key('applied'), ARGV[1]) ~= ARGV[2] then return 0 end
local change, now = cjson.decode(ARGV[4]), clock()
for _, gone in ipairs(change.remove) do remove(gone, now) end
for _, work in ipairs(change.put) do put(work, now, true) end
redis.call('HSET', key('applied'), ARGV[1], ARGV[3])
return 1
