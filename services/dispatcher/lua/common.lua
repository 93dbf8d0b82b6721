-- What all scripts share. KEYS[1] is the prefix of every key, one hash tag: the queue lives in one
-- slot of a cluster, so that each decision is one atomic step. The only clock is Redis' own.
--
--   applied            hash   partition -> ledger offset that the projection has reached
--   work:<id>          hash   pool conversation cost life language score attempt agent token
--                             partition; while offered also: offered, deadline;
--                             passed:<agent>: how often the agent declined or missed it
--   partition:<n>      set    the open works of a partition
--   queue:<pool>       zset   works waiting, by score (smaller first)
--   looked             hash   pool -> how far down its queue matching has looked
--   offers             zset   offered works, by deadline
--   held:<agent>       set    works offered to or assigned to an agent: its capacity is their sum
--   agent:<id>         hash   status pools languages capacity seen
--   agents             zset   agents who hold or may hold something, by the time they were last heard of
--   swept              string when somebody last looked at what time has ended
--   pool:<pool>        zset   agents of a pool, by the time they last got work
--   cool:<work>:<agent> key   the agent is not offered this work again while it exists; its value is when
--                             the agent may be, if nobody else can take it
--   outbox:<n>         list   events to publish by whoever follows that partition
local P = KEYS[1]
local function key(...) return P .. table.concat({...}, ':') end

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

local function tell(partition, event)
  redis.call('RPUSH', key('outbox', partition), cjson.encode(event))
end

local function enqueue(id, work)
  redis.call('ZADD', key('queue', work.pool), work.score, id)
end

-- Take an offer back, without saying what becomes of the work.
local function withdraw(id, work)
  redis.call('SREM', key('held', work.offered), id)
  redis.call('ZREM', key('offers'), id)
  redis.call('HDEL', key('work', id), 'offered', 'deadline')
end

local DOUBLINGS = 3

-- Each time an agent passes up the same work the cool-down is twice as long, up to eight times.
local function leave_alone(id, agent, cooldown, why)
  if cooldown <= 0 then return end
  local times = 0
  if why ~= 'tool_lost' then
    times = math.min(redis.call('HINCRBY', key('work', id), 'passed:' .. agent, 1) - 1, DOUBLINGS)
  end
  redis.call('SET', key('cool', id, agent), clock() + cooldown, 'PX', cooldown * 2 ^ times)
end

-- Take an offer back and let the work wait again; the agent is told why and left alone for a while.
local function return_offer(id, work, why, cooldown)
  withdraw(id, work)
  enqueue(id, work)
  leave_alone(id, work.offered, cooldown, why)
  tell(work.partition, {type = 'rescinded', work = id, agent = work.offered, why = why})
end

local function remove(id)
  local work = fields(key('work', id))
  if not work.pool then return end
  if work.offered then
    withdraw(id, work)
    tell(work.partition, {type = 'rescinded', work = id, agent = work.offered, why = 'work_closed'})
  end
  if work.agent and work.agent ~= '' then redis.call('SREM', key('held', work.agent), id) end
  redis.call('ZREM', key('queue', work.pool), id)
  redis.call('SREM', key('partition', work.partition), id)
  redis.call('DEL', key('work', id))
end

-- Make the projection of one work what the book says. An offer stays while the book's attempt does.
local function put(new)
  local name = key('work', new.id)
  local old = fields(name)
  if old.pool and old.pool ~= new.pool then redis.call('ZREM', key('queue', old.pool), new.id) end
  if old.agent and old.agent ~= '' and old.agent ~= new.agent then
    redis.call('SREM', key('held', old.agent), new.id)
  end
  if old.offered and (new.agent ~= '' or old.attempt ~= tostring(new.attempt)) then
    withdraw(new.id, old)
    if new.agent ~= old.offered then
      tell(old.partition, {type = 'rescinded', work = new.id, agent = old.offered, why = 'already_held'})
    end
    old.offered = nil
  end
  redis.call('HSET', name, 'pool', new.pool, 'conversation', new.conversation, 'cost', new.cost,
    'life', new.life, 'language', new.language, 'score', new.score, 'attempt', new.attempt,
    'agent', new.agent, 'token', new.token, 'partition', new.partition, 'external', new.external)
  redis.call('SADD', key('partition', new.partition), new.id)
  if new.agent ~= '' then
    redis.call('ZREM', key('queue', new.pool), new.id)
    redis.call('SADD', key('held', new.agent), new.id)
    -- After a loss of the queue its holder is not known yet, and may never come back.
    if new.external == '0' then redis.call('ZADD', key('agents'), 'NX', clock(), new.agent) end
  elseif not old.offered and new.external == '0' then
    enqueue(new.id, new)
  end
end
