-- Make the projection of one partition what the book says, whatever it was.
-- ARGV: partition, ledger offset, who makes it, number of this part (from 0), 1 when it is the last, open works as
-- `put` takes them
-- Returns 1, or 0 when what earlier parts have made was lost, or somebody else has begun meanwhile.
local partition, who, part, now = ARGV[1], ARGV[3], tonumber(ARGV[4]), clock()
local fresh, made = key('rebuilding', partition), redis.call('HGET', key('rebuilding'), partition)
local known = made or redis.call('HEXISTS', key('applied'), partition) == 1
local whole = is_whole() and (not known or has_works(partition))
if part == 0 then
  if not whole then forget_works() end
  begin_works(partition)
  redis.call('HDEL', key('applied'), partition)
  redis.call('DEL', fresh)
  redis.call('SADD', fresh, NO_WORK)
elseif not whole or made ~= who .. ' ' .. part - 1 or redis.call('SISMEMBER', fresh, NO_WORK) == 0 then
  return 0
end
redis.call('HSET', key('rebuilding'), partition, who .. ' ' .. part)
with_all(put(ARGV[6], now, false), 'SADD', fresh)
if ARGV[5] == '1' then
  for _, id in ipairs(redis.call('SDIFF', key('partition', partition), fresh)) do remove(id, 0, now) end
  redis.call('DEL', fresh)
  redis.call('HDEL', key('rebuilding'), partition)
  redis.call('HSET', key('applied'), partition, ARGV[2])
end
return 1
