-- Agents, and what each holds.

local function change(agent, ...)
  redis.call('HSET', key('agent', agent), ...)
  alter(agent)
end

-- Who never announces anybody (`external`) is never silent.
local function hold(agent, id, as, held, now, external, ...)
  change(agent, 'work:' .. id, as .. ' ' .. held, ...)
  holders[agent] = holders[agent] or (external and 4503599627370496 or now)
end

local function release(agent, id)
  if redis.call('HDEL', key('agent', agent), 'work:' .. id) == 1 then alter(agent) end
end

-- What an agent holds: a list of works, and of 'offered' | 'assigned' | 'wrapping' with the work's `held`.
local function holdings(agent)
  local works, how = {}, {}
  local flat = redis.call('HGETALL', key('agent', agent))
  for i = 1, #flat, 2 do
    if string.sub(flat[i], 1, 5) == 'work:' then
      table.insert(works, string.sub(flat[i], 6))
      table.insert(how, flat[i + 1])
    end
  end
  return works, how
end

-- Note that an agent took a work; returns the fields of the agent that change by it.
local function took(agent, severe, now)
  if redis.call('RPUSH', key('hour', agent), now) > 1000 then redis.call('LPOP', key('hour', agent)) end
  local before = severe and (redis.call('HGET', key('agent', agent), 'severe') or 0) or -1
  return 'severe', written(before + 1), 'missed', '0'
end

local function answered(agent)
  redis.call('HSET', key('agent', agent), 'missed', '0')
  noticed(agent)
end

local function agent_rows(agents)
  local rows = {}
  local revisions, facts = look_up(agents, 'HMGET', key('revisions')), look_up(agents, 'HMGET', key('facts'))
  for i, id in ipairs(agents) do
    rows[i] = {id, revisions[i] or '0', facts[i], redis.call('HGETALL', key('agent', id)),
      redis.call('LRANGE', key('hour', id), 0, -1)}
  end
  return rows
end
