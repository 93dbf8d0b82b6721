-- Bring the projection of one partition from one ledger offset to a later one.
-- ARGV: partition, expected offset, new offset, what is `put` (JSON), then of each work that is removed: its name,
-- milliseconds of wrap-up
-- Returns 1, or 0 when the projection is not where the book was: it must be rebuilt.
if redis.call('HGET', key('applied'), ARGV[1]) ~= ARGV[2] then return 0 end
if not is_whole() or not has_works(ARGV[1]) then
  forget_works()
  return 0
end
local now = clock()
for at = 5, #ARGV, 2 do remove(ARGV[at], tonumber(ARGV[at + 1]), now) end
put(ARGV[4], now, true)
redis.call('HSET', key('applied'), ARGV[1], ARGV[3])
return 1
