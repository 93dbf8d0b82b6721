-- What is to be told, oldest first. ARGV: JSON [[partition, events that have been told]], then partitions.
-- Drops what has been told; returns {partition, events} of those partitions with some.
for _, told in ipairs(cjson.decode(ARGV[1])) do
  for _, event in ipairs(told[2]) do redis.call('LREM', key('outbox', told[1]), 1, event) end
end
local found = {}
for i = 2, #ARGV do
  local events = redis.call('LRANGE', key('outbox', ARGV[i]), 0, 199)
  if #events > 0 then table.insert(found, {ARGV[i], events}) end
end
return found
