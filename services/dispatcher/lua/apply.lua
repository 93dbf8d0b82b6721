-- Bring the projection of one partition from one ledger offset to a later one.
-- ARGV: partition, expected offset, new offset, how many works are put, their rows, then of each that is removed:
-- work, milliseconds of wrap-up
-- Returns 1, or 0 when the projection is not where the book was: it must be rebuilt.
if redis.call('HGET', APPLIED, ARGV[1]) ~= ARGV[2] then return 0 end
local now, last = clock(), 4 + tonumber(ARGV[4])
for at = last + 1, #ARGV, 2 do remove(ARGV[at], tonumber(ARGV[at + 1]), now) end
for at = 5, last do put(ARGV[at], now, true) end
redis.call('HSET', APPLIED, ARGV[1], ARGV[3])
return 1
