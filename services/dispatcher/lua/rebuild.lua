-- Make the projection of one partition what the book says, whatever it was.
-- ARGV: partition, ledger offset, who makes it, 1 when this is the first part, 1 when it is the last, open works as
-- `put` takes them
-- Returns 1, or 0 when what earlier parts have made was lost, or somebody else has begun meanwhile.
local partition, who, now = ARGV[1], ARGV[3], clock()
local fresh = key('rebuilding', partition)
if ARGV[4] == '1' then
  if not is_whole() then forget_works() end
  begin_works(partition)
  redis.call('HDEL', key('applied'), partition)
  redis.call('HSET', key('rebuilding'), partition, who)
  redis.call('DEL', fresh)
  redis.call('SADD', fresh, NO_WORK)
elseif redis.call('HGET', key('rebuilding'), partition) ~= who then
  return 0
end
with_all(put(ARGV[6], now, false), 'SADD', fresh)
if ARGV[5] == '1' then
  for _, id in ipairs(redis.call('SDIFF', key('partition', partition), fresh)) do remove(id, 0, now) end
  redis.call('DEL', fresh)
  redis.call('HDEL', key('rebuilding'), partition)
  redis.call('HSET', key('applied'), partition, ARGV[2])
end
return 1
