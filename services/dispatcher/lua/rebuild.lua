-- Make the projection of one partition what the book says, whatever it was.
-- ARGV: partition, ledger offset, 1 when this is the first part, 1 when it is the last, then rows of open works
local now, fresh = clock(), key('rebuilding', ARGV[1])
if ARGV[3] == '1' then
  redis.call('HDEL', APPLIED, ARGV[1])
  redis.call('DEL', fresh)
end
for at = 5, #ARGV do redis.call('SADD', fresh, put(ARGV[at], now, false)) end
if ARGV[4] == '1' then
  for _, id in ipairs(redis.call('SDIFF', key('partition', ARGV[1]), fresh)) do remove(id, 0, now) end
  redis.call('DEL', fresh)
  redis.call('HSET', APPLIED, ARGV[1], ARGV[2])
end
return 1
