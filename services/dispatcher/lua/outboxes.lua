-- What is to be told, oldest first. ARGV: partitions. Returns {partition, events} of those with some.
local found = {}
for _, partition in ipairs(ARGV) do
  local events = redis.call('LRANGE', key('outbox', partition), 0, 199)
  if #events > 0 then table.insert(found, {partition, events}) end
end
return found
