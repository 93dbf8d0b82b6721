-- What to decide on, for the one dispatcher that decides at the moment.
-- ARGV: who asks, milliseconds for which it then decides, how many works of a lane to look at, 1 for a wide
-- look, the last step it knows, how many partitions there are
-- Returns {} for everybody else, or {now, step, 1 when these are all agents, 1 when these are all lanes,
-- agents, lanes}: of what has changed since. An agent is {id, fields, hour}, a lane {name, works}, a
-- work {item, passed, rounds, round_at, revision, offered}.
local now, look, wide, since = clock(), tonumber(ARGV[3]), ARGV[4] == '1', tonumber(ARGV[5])
-- While part of the book is not here (the queue was lost), nobody knows what agents hold.
if redis.call('HLEN', APPLIED) < tonumber(ARGV[6]) then return {} end
local who = redis.call('GET', key('matcher'))
if who and who ~= ARGV[1] then return {} end
redis.call('SET', key('matcher'), ARGV[1], 'PX', ARGV[2])

-- What somebody knows counts as long as nobody else has decided meanwhile and nothing was lost.
local step = tonumber(redis.call('GET', key('changes')) or 0)
if not who or since > step then since = 0 end

-- The first works, and in a wide look one stretch of those behind them, another one each time: however many
-- works that nobody here can take are in front, every work is looked at.
local function look_at(lane)
  local name = key('lane', lane)
  local waiting = redis.call('ZRANGE', name, 0, look - 1)
  if not wide or #waiting < look then return waiting end
  local from = tonumber(redis.call('HGET', key('looked'), lane) or look)
  local behind = redis.call('ZRANGE', name, from, from + look - 1)
  for _, id in ipairs(behind) do table.insert(waiting, id) end
  redis.call('HSET', key('looked'), lane, #behind < look and look or from + look)
  return waiting
end

local all = wide or since == 0
local lanes = {}
for _, lane in ipairs(redis.call('ZRANGEBYSCORE', key('lanes'), all and '-inf' or '(' .. since, '+inf')) do
  local works = {}
  for _, id in ipairs(look_at(lane)) do
    local work = redis.call('HMGET', key('work', id), 'item', 'passed', 'rounds', 'round_at', 'revision', 'offered')
    if work[1] then table.insert(works, work) end
  end
  if #works == 0 and all then
    redis.call('ZREM', key('lanes'), lane)
    redis.call('HDEL', key('looked'), lane)
  else
    table.insert(lanes, {lane, works})
  end
end

local agents = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', key('changed'), '(' .. since, '+inf')) do
  table.insert(agents, agent_row(id))
end
return {now, step, since == 0 and 1 or 0, all and 1 or 0, agents, lanes}
