-- What all scripts share. KEYS[1] is the prefix of every key, one hash tag: the queue lives in one
-- slot of a cluster, so that each decision is one atomic step. The only clock is Redis' own.
-- `shared/queue/board.py` is the same in memory; both are tested against each other.
--
--   applied            hash   partition -> ledger offset that the projection has reached
--   work:<id>          hash   item (JSON), held (JSON: what it takes of an agent's capacity), lane, rank,
--                             agent, attempt, partition, external, revision, rounds, round_at;
--                             while offered also: offered (JSON list of agents), deadline, taker;
--                             passed (JSON: agent -> {times, at}): who declined or missed it
--   partition:<n>      set    the open works of a partition
--   changes            string counts the steps in which something changed that matching looks at
--   lanes              zset   the lanes in which something waits, by the step that last changed them
--   lane:<name>        zset   works waiting, by rank (smaller first)
--   looked             hash   lane -> how far down it wide looks have come
--   offers             zset   offered works, by deadline
--   agent:<id>         hash   status chosen facts (JSON) seen online last severe missed revision
--   held:<agent>       hash   work -> 'offered' | 'assigned' | 'wrapping' and the work's `held`
--   hour:<agent>       list   when the agent took works, the last ones
--   agents             zset   agents by the time they were last heard of
--   changed            zset   agents, by the step that last changed them
--   wrap:<work>        string a closed work that may be wrapped up (JSON)
--   wraps              zset   such works, by the end of their time
--   outbox:<n>         list   what whoever follows that partition is to tell
--   spoke:<customer>   string when who last spoke with this customer: '<ms> <agent>'
--   matcher            string which dispatcher decides at the moment
--   swept              string when somebody last looked at what time has ended
local P = KEYS[1]
local function key(name, of) return of and P .. name .. ':' .. of or P .. name end

local function clock()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

local function fields(name)
  local flat = redis.call('HGETALL', name)
  local found = {}
  for i = 1, #flat, 2 do found[flat[i]] = flat[i + 1] end
  return found
end

local function offered(work)
  if (work.offered or '') == '' then return {} end
  return cjson.decode(work.offered)
end

-- Every run of a script that changes something is one step; what it changes gets the step's number as its
-- revision. What lists of lanes, agents and things to tell gain is gathered and written once, by `finish`.
local number, moved, noted, telling = nil, {}, {}, {}

local function step()
  number = number or redis.call('INCR', key('changes'))
  return number
end

local function stir(lane)
  if (lane or '') ~= '' then moved[lane] = true end
end

local function noticed(agent) noted[agent] = true end

local function tell(partition, told)
  local outbox = key('outbox', partition)
  telling[outbox] = telling[outbox] or {}
  table.insert(telling[outbox], cjson.encode(told))
end

local function each_part(list, size, call)
  for from = 1, #list, size do call(unpack(list, from, math.min(from + size - 1, #list))) end
end

local function numbered(names)
  local list = {}
  for name in pairs(names) do
    table.insert(list, step())
    table.insert(list, name)
  end
  return list
end

local function finish(answer)
  each_part(numbered(moved), 1000, function(...) redis.call('ZADD', key('lanes'), ...) end)
  each_part(numbered(noted), 1000, function(...) redis.call('ZADD', key('changed'), ...) end)
  for outbox, list in pairs(telling) do
    each_part(list, 1000, function(...) redis.call('RPUSH', outbox, ...) end)
  end
  return answer
end

-- Agents.

local function changed(agent, ...)
  redis.call('HSET', key('agent', agent), 'revision', step(), ...)
  noticed(agent)
end

-- After a loss of the queue a holder may not be known yet, and may never come back: the silence of their tool
-- counts from now. Who never announces anybody (`external`) is never silent. What follows are other fields of
-- the agent that change with it.
local function hold(agent, id, as, held, now, external, ...)
  redis.call('HSET', key('held', agent), id, as .. ' ' .. held)
  if not redis.call('ZSCORE', key('agents'), agent) then
    redis.call('HSETNX', key('agent', agent), 'seen', external == '1' and 4503599627370496 or now)
    redis.call('ZADD', key('agents'), redis.call('HGET', key('agent', agent), 'seen'), agent)
  end
  changed(agent, ...)
end

local function release(agent, id)
  if redis.call('HDEL', key('held', agent), id) == 1 then changed(agent) end
end

-- Note that an agent took a work; returns the fields of the agent that change by it.
local function took(agent, severe, now)
  if redis.call('RPUSH', key('hour', agent), now) > 1000 then redis.call('LPOP', key('hour', agent)) end
  local before = severe and (redis.call('HGET', key('agent', agent), 'severe') or 0) or -1
  return 'severe', before + 1, 'missed', 0
end

local function answered(agent)
  redis.call('HSET', key('agent', agent), 'missed', 0)
  noticed(agent)
end

local function agent_row(id)
  return {id, redis.call('HGETALL', key('agent', id)), redis.call('HGETALL', key('held', id)),
    redis.call('LRANGE', key('hour', id), 0, -1)}
end

-- Works.

local function revise(id, lane)
  redis.call('HSET', key('work', id), 'revision', step())
  stir(lane)
end

local function enqueue(id, work)
  if work.lane == '' then return end
  redis.call('ZADD', key('lane', work.lane), work.rank, id)
  stir(work.lane)
end

local function dequeue(id, work)
  if work.lane ~= '' and redis.call('ZREM', key('lane', work.lane), id) == 1 then stir(work.lane) end
end

local function without(list, agent)
  local left = {}
  for _, one in ipairs(list) do
    if one ~= agent then table.insert(left, one) end
  end
  return left
end

local function unoffer(id, work)
  work.offered = ''
  redis.call('HDEL', key('work', id), 'offered', 'deadline', 'taker')
  redis.call('ZREM', key('offers'), id)
end

local function take_from(id, work, agent, why)
  release(agent, id)
  tell(work.partition, {type = 'rescinded', work = id, agent = agent, why = why})
end

-- Take one offer back, and tell why. `work` is kept in step.
local function withdraw(id, work, agent, why)
  local left = without(offered(work), agent)
  if #left == 0 then
    unoffer(id, work)
  else
    work.offered = cjson.encode(left)
    redis.call('HSET', key('work', id), 'offered', work.offered)
  end
  revise(id, work.lane)
  take_from(id, work, agent, why)
end

-- Take all offers of a work back that is about to be put or removed; who is `spared` is about to hold it.
local function withdraw_all(id, work, why, spared)
  for _, agent in ipairs(offered(work)) do
    if agent ~= spared then take_from(id, work, agent, why) end
  end
  unoffer(id, work)
end

local function pass_up(id, work, agent, now)
  local name = key('work', id)
  local passed = cjson.decode(redis.call('HGET', name, 'passed') or '{}')
  local times = passed[agent] and passed[agent].times or 0
  passed[agent] = {times = times + 1, at = now}
  redis.call('HSET', name, 'passed', cjson.encode(passed))
  revise(id, work.lane)
end

-- Take an offer back and let the work wait again when it was the last.
local function return_offer(id, work, agent, why, now)
  withdraw(id, work, agent, why)
  if why ~= 'tool_lost' then pass_up(id, work, agent, now) end
  if work.offered == '' then enqueue(id, work) end
end

local function return_all(agent, now)
  for _, id in ipairs(redis.call('HKEYS', key('held', agent))) do
    local work = fields(key('work', id))
    for _, one in ipairs(offered(work)) do
      if one == agent then return_offer(id, work, agent, 'tool_lost', now) end
    end
  end
end

-- `gone` = {id, wrap}: a work is over; its holder has `wrap` milliseconds to wrap it up.
local function remove(gone, now)
  local id = gone.id
  local work = fields(key('work', id))
  if not work.item then return end
  if work.offered then withdraw_all(id, work, 'work_closed', '') else dequeue(id, work) end
  redis.call('SREM', key('partition', work.partition), id)
  redis.call('DEL', key('work', id))
  if work.agent == '' then return end
  if (gone.wrap or 0) == 0 then return release(work.agent, id) end
  hold(work.agent, id, 'wrapping', work.held, now, work.external)
  local item = cjson.decode(work.item)
  local wrap = {work = id, conversation = item.conversation, agent = item.agent, pool = item.pool,
    token = item.token, time = gone.wrap, ['until'] = now + gone.wrap, kept = now + gone.wrap + 3600000}
  redis.call('SET', key('wrap', id), cjson.encode(wrap), 'PXAT', wrap.kept)
  redis.call('ZADD', key('wraps'), wrap['until'], id)
end

-- Make the projection of one work what the book says. Offers stay while the book's attempt does.
local function put(new, now, fresh)
  local id, name = new.id, key('work', new.id)
  local known = redis.call('HMGET', name, 'partition', 'lane', 'agent', 'attempt', 'offered')
  local old = {partition = known[1], lane = known[2], agent = known[3], attempt = known[4], offered = known[5]}
  if old.partition then
    if not old.offered then
      dequeue(id, old)
    elseif new.agent ~= '' or old.attempt ~= tostring(new.attempt) or new.lane == '' then
      withdraw_all(id, old, new.agent ~= '' and 'already_held' or 'work_closed', new.agent)
    end
    if old.agent ~= '' and old.agent ~= new.agent then release(old.agent, id) end
  end
  redis.call('HSET', name, 'item', new.item, 'held', new.held, 'lane', new.lane, 'rank', new.rank,
    'agent', new.agent, 'attempt', new.attempt, 'partition', new.partition, 'external', new.external, 'revision', step())
  stir(new.lane)
  if not old.partition then redis.call('SADD', key('partition', new.partition), id) end
  if new.agent ~= '' and fresh and old.agent ~= new.agent then
    hold(new.agent, id, 'assigned', new.held, now, new.external, took(new.agent, new.severe, now))
  elseif new.agent ~= '' then
    hold(new.agent, id, 'assigned', new.held, now, new.external)
  elseif (old.offered or '') == '' then
    enqueue(id, new)
  end
end
