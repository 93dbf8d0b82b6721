-- Offer waiting work to agents with room. ARGV: JSON list of pools, most offers to make, how many
-- waiting works of a pool to look at, milliseconds after which a silent tool is stale
-- Returns the number of offers made. Each goes to the outbox of its work's partition.
local now = clock()
local most, look, stale = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local made = 0

local function load_of(agent)
  local sum = 0
  for _, id in ipairs(redis.call('SMEMBERS', key('held', agent))) do
    sum = sum + tonumber(redis.call('HGET', key('work', id), 'cost') or 0)
  end
  return sum
end

local function speaks(agent, language)
  local languages = cjson.decode(agent.languages)
  if #languages == 0 or language == 'und' then return true end
  for _, spoken in ipairs(languages) do
    if spoken == language then return true end
  end
  return false
end

local function offer(id, work, agent)
  local deadline = now + tonumber(work.life)
  redis.call('ZREM', key('queue', work.pool), id)
  redis.call('HSET', key('work', id), 'offered', agent, 'deadline', deadline)
  redis.call('ZADD', key('offers'), deadline, id)
  redis.call('SADD', key('held', agent), id)
  redis.call('HSET', key('agent', agent), 'last', now)
  redis.call('ZADD', key('pool', work.pool), now, agent)
  tell(work.partition, {type = 'offer', work = id, agent = agent, deadline = deadline})
  made = made + 1
end

-- The place among `present` of the agent to offer a work to: the first with room who speaks its language
-- and did not just pass it up; if there is none, the first whose plain cool-down is over.
local function whom(id, work, present)
  local second
  for place, agent in ipairs(present) do
    if agent.room >= tonumber(work.cost) and speaks(agent, work.language) then
      local cool = redis.call('GET', key('cool', id, agent.id))
      if not cool then return place end
      if not second and now >= tonumber(cool) then second = place end
    end
  end
  return second
end

-- The oldest works, and one stretch of those behind them, another one each time: however many works that
-- nobody here can take are in front, every work is looked at.
local function look_at(pool)
  local name = key('queue', pool)
  local waiting = redis.call('ZRANGE', name, 0, look - 1)
  if #waiting < look then return waiting end
  local from = tonumber(redis.call('HGET', key('looked'), pool) or look)
  local behind = redis.call('ZRANGE', name, from, from + look - 1)
  for _, id in ipairs(behind) do table.insert(waiting, id) end
  redis.call('HSET', key('looked'), pool, #behind < look and look or from + look)
  return waiting
end

for _, pool in ipairs(cjson.decode(ARGV[1])) do
  local waiting = look_at(pool)
  if #waiting > 0 then
    local present = {}
    for _, id in ipairs(redis.call('ZRANGE', key('pool', pool), 0, -1)) do
      local agent = fields(key('agent', id))
      if agent.status == 'available' and now - tonumber(agent.seen) < stale then
        agent.id = id
        agent.room = tonumber(agent.capacity) - load_of(id)
        if agent.room > 0 then table.insert(present, agent) end
      end
    end
    for _, id in ipairs(waiting) do
      if made >= most or #present == 0 then break end
      local work = fields(key('work', id))
      local place = work.pool and whom(id, work, present)
      if place then
        local agent = table.remove(present, place)
        offer(id, work, agent.id)
        agent.room = agent.room - tonumber(work.cost)
        table.insert(present, agent)
      end
    end
  end
end
return made
