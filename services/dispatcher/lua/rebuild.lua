-- Make the projection of one partition what the book says, whatever it was.
-- ARGV: partition, ledger offset, 1 when this is the first part, 1 when it is the last, open works as `put` takes them
-- Returns 1, or 0 when what earlier parts have made was lost meanwhile.
local now, fresh = clock(), key('rebuilding', ARGV[1])
if ARGV[3] == '1' then
  if not is_whole() then forget_works() end
  begin_works()
  redis.call('HDEL', key('applied'), ARGV[1])
  redis.call('DEL', fresh)
  redis.call('SADD', fresh, NO_WORK)
elseif not is_whole() or redis.call('EXISTS', fresh) == 0 then
  return 0
end
with_all(put(ARGV[5], now, false), 'SADD', fresh)
if ARGV[4] == '1' then
  for _, id in ipairs(redis.call('SDIFF', key('partition', ARGV[1]), fresh)) do remove(id, 0, now) end
  redis.call('DEL', fresh)
  redis.call('HSET', key('applied'), ARGV[1], ARGV[2])
end
return 1
