-- Works, their lanes and their offers.

local function property(id, name) return redis.call('HGET', key('work', name), id) end

-- Some works as they lie in Redis, `false` for one that is not there: what most scripts need of them.
local function at_hand(works)
  local lanes, agents, offered = column('lane', works), column('agent', works), column('offered', works)
  local found = {}
  for i, id in ipairs(works) do
    found[i] = lanes[i] and {id = id, lane = lanes[i], agent = agents[i] or '',
      offered = offered[i] and cjson.decode(offered[i]) or {}}
  end
  return found
end

local function work_of(id) return at_hand({id})[1] end

local function item_of(id) return cjson.decode(property(id, 'item') or '{}') end

-- What is said of works to those who decide, by column.
local function told_of(works) return {column('item', works), column('past', works), column('revision', works)} end

local function is_offered(work) return #work.offered > 0 end

local function is_offered_to(work, agent)
  for _, one in ipairs(work.offered) do
    if one == agent then return true end
  end
  return false
end

local function enqueue(id, lane, rank)
  if lane == '' then return end
  redis.call('ZADD', key('lane', lane), rank, id)
  stir(lane)
end

local function dequeue(work)
  if work.lane ~= '' and redis.call('ZREM', key('lane', work.lane), work.id) == 1 then stir(work.lane) end
end

local function take_from(work, agent, why)
  release(agent, work.id)
  tell(work.id, cjson.encode({'rescinded', work.id, agent, why}))
end

-- Take one offer back, and tell why.
local function withdraw(work, agent, why)
  local left = {}
  for _, one in ipairs(work.offered) do
    if one ~= agent then table.insert(left, one) end
  end
  work.offered = left
  redis.call('HSET', key('work', 'offered'), work.id, #left > 0 and cjson.encode(left) or '[]')
  if #left == 0 then table.insert(unoffered, work.id) end
  revise(work.id)
  take_from(work, agent, why)
end

-- Take all offers of a work back that is about to be put or removed; who is `spared` is about to hold it.
local function withdraw_all(work, why, spared)
  for _, agent in ipairs(work.offered) do
    if agent ~= spared then take_from(work, agent, why) end
  end
  work.offered = {}
  table.insert(unoffered, work.id)
end

local function past_of(id) return cjson.decode(property(id, 'past') or '{"passed":{},"rounds":0,"round_at":0}') end

local function remember(work, past)
  redis.call('HSET', key('work', 'past'), work.id, cjson.encode(past))
  revise(work.id)
  stir(work.lane)
end

local function pass_up(work, agent, now)
  local past = past_of(work.id)
  local before = past.passed[agent]
  past.passed[agent] = {times = before and before.times + 1 or 1, at = now}
  remember(work, past)
end

-- Take an offer back and let the work wait again when it was the last.
local function return_offer(work, agent, why, now)
  withdraw(work, agent, why)
  if why ~= 'tool_lost' then pass_up(work, agent, now) end
  if not is_offered(work) then enqueue(work.id, work.lane, property(work.id, 'rank') or 0) end
end

local function return_all(agent, now)
  for _, id in ipairs((holdings(agent))) do
    local work = work_of(id)
    if work and is_offered_to(work, agent) then return_offer(work, agent, 'tool_lost', now) end
  end
end

-- A work is over; its holder has `wrap` milliseconds to wrap it up.
local function remove(id, wrap, now)
  local work = work_of(id)
  redis.call('SREM', key('partition', partition_of(id)), id)
  if not work then return end
  if is_offered(work) then withdraw_all(work, 'work_closed', '') else dequeue(work) end
  table.insert(over, id)
  if work.agent == '' then return end
  local held, item = property(id, 'held'), item_of(id)
  if wrap == 0 or not held or not item.id then return release(work.agent, id) end
  hold(work.agent, id, 'wrapping', held, now, item.external)
  local ends = {work = id, conversation = item.conversation, agent = item.agent, pool = item.pool,
    token = item.token, time = wrap, ['until'] = now + wrap, kept = now + wrap + 3600000}
  redis.call('SET', key('wrap', id), cjson.encode(ends), 'PXAT', ends.kept)
  redis.call('ZADD', key('wraps'), ends['until'], id)
end

-- A work that was `old` before, if it was there, has this lane, agent and attempt now. Offers stay while the attempt
-- does; returns whether there are any.
local function follow(old, id, lane, agent, attempt)
  if not old then
    redis.call('SADD', key('partition', partition_of(id)), id)
    return false
  end
  if not is_offered(old) then
    dequeue(old)
  elseif agent ~= '' or lane == '' or (item_of(id).attempt or 0) ~= attempt then
    withdraw_all(old, agent ~= '' and 'already_held' or 'work_closed', agent)
  end
  if old.agent ~= '' and old.agent ~= agent then release(old.agent, id) end
  return is_offered(old)
end

-- Make the projection of some works what the book says; returns their names. `rows` is JSON: by column what the book
-- says, and `id`, `attempt`, `external` and `severe`. What is not `fresh` was so before the queue was lost.
local function put(rows, now, fresh)
  local new, stamp = cjson.decode(rows), written(now)
  local before = at_hand(new.id)
  for i, id in ipairs(new.id) do
    local old, lane, agent, held = before[i], new.lane[i], new.agent[i], new.held[i]
    local stays_offered = follow(old, id, lane, agent, new.attempt[i])
    revise(id)
    stir(lane)
    if agent == '' then
      if not stays_offered then enqueue(id, lane, new.rank[i]) end
    elseif fresh and (not old or old.agent ~= agent) then
      hold(agent, id, 'assigned', held, stamp, new.external[i], took(agent, new.severe[i], stamp))
    else
      hold(agent, id, 'assigned', held, stamp, new.external[i])
    end
  end
  for _, name in ipairs(FROM_BOOK) do set_each(key('work', name), new.id, new[name]) end
  return new.id
end

-- Every column of all works has a field that is of no work, and so have the offers, their deadlines and the works of a
-- partition: what is without was lost.
local NO_WORK = ''
local function begin_works(partition)
  for _, name in ipairs(OF_ALL) do redis.call('HSET', key('work', name), NO_WORK, '') end
  redis.call('HSET', key('work', 'offered'), NO_WORK, '[]')
  redis.call('ZADD', key('offers'), '+inf', NO_WORK)
  redis.call('ZADD', key('lanes'), BEFORE_ALL, NO_LANE)
  redis.call('SADD', key('partition', partition), NO_WORK)
end

local function has_works(partition) return redis.call('SISMEMBER', key('partition', partition), NO_WORK) == 1 end

-- Whether none of these has been lost by itself: a Redis that evicts keys is set up wrongly.
local function is_whole()
  local size = redis.call('HLEN', key('work', 'revision'))
  for _, name in ipairs(FROM_BOOK) do
    if redis.call('HLEN', key('work', name)) ~= size then return false end
  end
  return redis.call('HEXISTS', key('work', 'revision'), NO_WORK) == 1
    and redis.call('HEXISTS', key('work', 'offered'), NO_WORK) == 1
    and redis.call('ZSCORE', key('offers'), NO_WORK) ~= false
    and redis.call('ZSCORE', key('lanes'), NO_LANE) ~= false
    and redis.call('HLEN', key('work', 'offered')) == redis.call('ZCARD', key('offers'))
end

local function forget_lanes()
  local all, cursor = key('lane', ''), '0'
  repeat
    local found = redis.call('SCAN', cursor, 'MATCH', all .. '*', 'COUNT', AT_ONCE)
    cursor = found[1]
    for _, name in ipairs(found[2]) do
      redis.call('DEL', name)
      stir(string.sub(name, #all + 1))
    end
  until cursor == '0'
end

-- All is as if there had never been a work here, but for what agents wrap up.
local function forget_works()
  forget_lanes()
  for _, partition in ipairs(redis.call('HKEYS', key('applied'))) do redis.call('DEL', key('partition', partition)) end
  for _, agent in ipairs(redis.call('ZRANGE', key('changed'), 0, -1)) do
    local works, how = holdings(agent)
    for i, id in ipairs(works) do
      if string.sub(how[i], 1, 8) ~= 'wrapping' then release(agent, id) end
    end
  end
  for _, names in ipairs({OF_ALL, OF_SOME, OF_OFFERED}) do
    for _, name in ipairs(names) do redis.call('DEL', key('work', name)) end
  end
  redis.call('DEL', key('offers'), key('lanes'), key('looked'), key('applied'), key('rebuilding'))
end
