-- What all scripts share. KEYS[1] is the prefix of every key, one hash tag: the queue lives in one
-- slot of a cluster, so that each decision is one atomic step. The only clock is Redis' own.
-- `shared/queue/board.py` is the same in memory; both are tested against each other.
--
--   applied:2          hash   partition -> ledger offset that the projection has reached. A new number stands for
--                             another layout: then nothing has been reached, and all is made again
--   work:<id>          hash   item (JSON), held (JSON: what it takes of an agent's capacity), lane, rank,
--                             agent, attempt, partition, external, revision, rounds, round_at,
--                             offered (JSON list of agents, or empty) and while it is: deadline, taker;
--                             passed (JSON: agent -> {times, at}): who declined or missed it
--   partition:<n>      set    the open works of a partition
--   changes            string counts the steps in which something changed that matching looks at
--   lanes              zset   the lanes in which something waits, by the step that last changed them
--   lane:<name>        zset   works waiting, by rank (smaller first)
--   looked             hash   lane -> how far down it wide looks have come
--   offers             zset   offered works, by deadline
--   agent:<id>         hash   status chosen facts (JSON) seen online last severe missed revision, and of each
--                             work `work:<id>`: 'offered' | 'assigned' | 'wrapping' and the work's `held`
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
local APPLIED = key('applied', '2')

-- A whole number as it is written. Redis writes the numbers of Lua as fractions, each time anew.
local function written(number) return string.format('%.0f', number) end

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

local function is_offered(work) return (work.offered or '') ~= '' end

local function offered(work)
  if not is_offered(work) then return {} end
  return cjson.decode(work.offered)
end

-- Every run of a script that changes something is one step; what it changes gets the step's number as its
-- revision. What is gathered here is written once, by `finish`: lanes and agents that changed, things to tell,
-- works that are offered no more, and since when the silence of those counts who hold one.
local number, moved, noted, telling, over, holders = nil, {}, {}, {}, {}, {}

local function step()
  number = number or written(redis.call('INCR', key('changes')))
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

-- After a loss of the queue a holder may not be known yet, and may never come back: the silence of their tool
-- counts from now.
local function watch(...)
  for i, seen in ipairs(redis.call('ZMSCORE', key('agents'), ...)) do
    local agent = select(i, ...)
    if not seen then
      redis.call('HSETNX', key('agent', agent), 'seen', holders[agent])
      redis.call('ZADD', key('agents'), redis.call('HGET', key('agent', agent), 'seen'), agent)
    end
  end
end

local function finish(answer)
  local names = {}
  for agent in pairs(holders) do table.insert(names, agent) end
  each_part(names, 1000, watch)
  each_part(over, 1000, function(...) redis.call('ZREM', key('offers'), ...) end)
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

-- Who never announces anybody (`external`) is never silent. What follows are other fields of the agent that
-- change with it.
local function hold(agent, id, as, held, now, external, ...)
  changed(agent, 'work:' .. id, as .. ' ' .. held, ...)
  holders[agent] = holders[agent] or (external == '1' and 4503599627370496 or now)
end

local function release(agent, id)
  if redis.call('HDEL', key('agent', agent), 'work:' .. id) == 1 then changed(agent) end
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
  return 'severe', before + 1, 'missed', 0
end

local function answered(agent)
  redis.call('HSET', key('agent', agent), 'missed', 0)
  noticed(agent)
end

local function agent_row(id)
  return {id, redis.call('HGETALL', key('agent', id)), redis.call('LRANGE', key('hour', id), 0, -1)}
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

local function take_from(id, work, agent, why)
  release(agent, id)
  tell(work.partition, {type = 'rescinded', work = id, agent = agent, why = why})
end

-- Take one offer back, and tell why. `work` is kept in step.
local function withdraw(id, work, agent, why)
  local left = without(offered(work), agent)
  work.offered = #left > 0 and cjson.encode(left) or ''
  if #left == 0 then table.insert(over, id) end
  redis.call('HSET', key('work', id), 'offered', work.offered)
  revise(id, work.lane)
  take_from(id, work, agent, why)
end

-- Take all offers of a work back that is about to be put or removed; who is `spared` is about to hold it.
local function withdraw_all(id, work, why, spared)
  for _, agent in ipairs(offered(work)) do
    if agent ~= spared then take_from(id, work, agent, why) end
  end
  work.offered = ''
  table.insert(over, id)
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
  if not is_offered(work) then enqueue(id, work) end
end

local function return_all(agent, now)
  for _, id in ipairs((holdings(agent))) do
    local work = fields(key('work', id))
    for _, one in ipairs(offered(work)) do
      if one == agent then return_offer(id, work, agent, 'tool_lost', now) end
    end
  end
end

-- A work is over; its holder has `wrap` milliseconds to wrap it up.
local function remove(id, wrap, now)
  local work = fields(key('work', id))
  if not work.item then return end
  if is_offered(work) then withdraw_all(id, work, 'work_closed', '') else dequeue(id, work) end
  redis.call('SREM', key('partition', work.partition), id)
  redis.call('DEL', key('work', id))
  if work.agent == '' then return end
  if wrap == 0 then return release(work.agent, id) end
  hold(work.agent, id, 'wrapping', work.held, now, work.external)
  local item = cjson.decode(work.item)
  local ends = {work = id, conversation = item.conversation, agent = item.agent, pool = item.pool,
    token = item.token, time = wrap, ['until'] = now + wrap, kept = now + wrap + 3600000}
  redis.call('SET', key('wrap', id), cjson.encode(ends), 'PXAT', ends.kept)
  redis.call('ZADD', key('wraps'), ends['until'], id)
end

-- Make the projection of one work what the book says; returns its name. Offers stay while the book's attempt
-- does. What is not `fresh` was so before the queue was lost. A `row` is three lines of JSON: a list of texts, and
-- what is kept as it is.
local function put(row, now, fresh)
  local first = string.find(row, '\n', 1, true)
  local second = string.find(row, '\n', first + 1, true)
  local held, item = string.sub(row, first + 1, second - 1), string.sub(row, second + 1)
  local id, partition, lane, rank, agent, attempt, external, severe = unpack(cjson.decode(string.sub(row, 1, first)))
  local name = key('work', id)
  local known = redis.call('HMGET', name, 'partition', 'lane', 'agent', 'attempt', 'offered')
  local old = {partition = known[1], lane = known[2], agent = known[3], attempt = known[4], offered = known[5] or ''}
  if old.partition then
    if not is_offered(old) then
      dequeue(id, old)
    elseif agent ~= '' or old.attempt ~= attempt or lane == '' then
      withdraw_all(id, old, agent ~= '' and 'already_held' or 'work_closed', agent)
    end
    if old.agent ~= '' and old.agent ~= agent then release(old.agent, id) end
  else
    redis.call('SADD', key('partition', partition), id)
  end
  redis.call('HSET', name, 'item', item, 'held', held, 'lane', lane, 'rank', rank, 'agent', agent, 'attempt', attempt,
    'partition', partition, 'external', external, 'offered', old.offered, 'revision', step())
  stir(lane)
  if agent ~= '' and fresh and old.agent ~= agent then
    hold(agent, id, 'assigned', held, now, external, took(agent, severe == '1', now))
  elseif agent ~= '' then
    hold(agent, id, 'assigned', held, now, external)
  elseif not is_offered(old) then
    enqueue(id, {lane = lane, rank = rank})
  end
  return id
end
