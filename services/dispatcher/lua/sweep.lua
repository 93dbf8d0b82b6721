-- What time has ended: offers past their deadline, wrap-ups, and tools that went silent.
-- ARGV: milliseconds until a silent tool is stale, milliseconds of grace for held work, milliseconds without a
-- sweep after which nobody was listening, missed offers in a row after which an agent counts as away
-- Returns the held works of lost tools (items)
local now = clock()
local stale, grace, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])

-- What tools said while nobody listened waits in Kafka: that time is not held against them.
local away = now - tonumber(redis.call('GET', key('swept')) or now)
redis.call('SET', key('swept'), now)
if away > tonumber(ARGV[3]) then
  for _, agent in ipairs(redis.call('ZRANGE', key('agents'), 0, -1)) do
    redis.call('ZINCRBY', key('agents'), away, agent)
    redis.call('HINCRBY', key('agent', agent), 'seen', away)
    noticed(agent)
  end
  for _, id in ipairs(redis.call('ZRANGE', key('offers'), 0, -1)) do
    redis.call('ZINCRBY', key('offers'), away, id)
  end
end

local function missed(agent)
  local name = key('agent', agent)
  local times = redis.call('HINCRBY', name, 'missed', 1)
  alter(agent)
  if times < most or redis.call('HGET', name, 'status') ~= 'available' then return false end
  redis.call('HSET', name, 'status', 'away_missed')
  return true
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', key('offers'), '-inf', now)) do
  local work, taker = work_of(id), property(id, 'taker')
  for _, agent in ipairs(work and work.offered or {}) do
    local gone = agent ~= taker and missed(agent)
    return_offer(work, agent, 'offer_over', now)
    if gone then tell(id, cjson.encode({'away', id, agent, 'away_missed'})) end
  end
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', key('wraps'), '-inf', now)) do
  local wrap = redis.call('GET', key('wrap', id))
  if wrap then release(cjson.decode(wrap).agent, id) end
  redis.call('ZREM', key('wraps'), id)
end

local lost = {}
local silent = redis.call('ZRANGEBYSCORE', key('agents'), '-inf', now - stale, 'WITHSCORES')
for place = 1, #silent, 2 do
  local agent, seen = silent[place], tonumber(silent[place + 1])
  return_all(agent, now)
  local works, how = holdings(agent)
  for i, id in ipairs(works) do
    if string.sub(how[i], 1, 8) ~= 'wrapping' then
      local work, item = work_of(id), property(id, 'item')
      if not work or not item or work.agent ~= agent then
        release(agent, id)  -- the rest of what was lost
      elseif now - seen >= stale + grace then
        table.insert(lost, item)
      end
    end
  end
  if #works == 0 then redis.call('ZREM', key('agents'), agent) end
end
return lost
