-- What time has ended: offers past their deadline, and tools that went silent.
-- ARGV: milliseconds until a silent tool is stale, milliseconds of grace for held work, of cool-down,
-- milliseconds without a sweep after which nobody was listening
-- Returns the held works of lost tools, flat: work, conversation, agent, token, ...
local now = clock()
local stale, grace, cooldown = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

-- What tools said while nobody listened waits in Kafka: that time is not held against them.
local away = now - tonumber(redis.call('GET', key('swept')) or now)
redis.call('SET', key('swept'), now)
if away > tonumber(ARGV[4]) then
  for _, agent in ipairs(redis.call('ZRANGE', key('agents'), 0, -1)) do
    redis.call('ZINCRBY', key('agents'), away, agent)
  end
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', key('offers'), '-inf', now)) do
  local work = fields(key('work', id))
  if work.offered then
    return_offer(id, work, 'offer_over', cooldown)
  else
    redis.call('ZREM', key('offers'), id)
  end
end
local lost = {}
local silent = redis.call('ZRANGEBYSCORE', key('agents'), '-inf', now - stale, 'WITHSCORES')
for place = 1, #silent, 2 do
  local agent, seen = silent[place], tonumber(silent[place + 1])
  for _, pool in ipairs(cjson.decode(redis.call('HGET', key('agent', agent), 'pools') or '[]')) do
    redis.call('ZREM', key('pool', pool), agent)
  end
  local held = redis.call('SMEMBERS', key('held', agent))
  for _, id in ipairs(held) do
    local work = fields(key('work', id))
    if work.offered == agent then
      return_offer(id, work, 'tool_lost', cooldown)
    elseif work.agent ~= agent then
      redis.call('SREM', key('held', agent), id)
    elseif now - seen >= stale + grace then
      for _, value in ipairs({id, work.conversation, agent, work.token}) do table.insert(lost, value) end
    end
  end
  if #held == 0 then redis.call('ZREM', key('agents'), agent) end
end
return lost
