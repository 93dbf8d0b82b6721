-- Make the projection of one partition what the book says, whatever it was.
-- ARGV: partition, ledger offset, JSON list of all open works, 1 when this is the first part,
-- 1 when it is the last
local works, now = cjson.decode(ARGV[3]), clock()
local fresh = key('rebuilding', ARGV[1])
if ARGV[4] == '1' then
  redis.call('HDEL', key('applied'), ARGV[1])
  redis.call('DEL', fresh)
end
for _, work in ipairs(works) do
  put(work, now, false)
  redis.call('SADD', fresh, work.id)
end
if ARGV[5] == '1' then
  for _, id in ipairs(redis.call('SDIFF', key('partition', ARGV[1]), fresh)) do remove({id = id}, now) end
  redis.call('DEL', fresh)
  redis.call('HSET', key('applied'), ARGV[1], ARGV[2])
end
return 1
