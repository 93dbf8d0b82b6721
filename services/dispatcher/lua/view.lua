-- What to decide on, for the one dispatcher that decides at the moment.
-- ARGV: who asks, milliseconds for which it then decides, how many works of a lane to look at, 1 for a wide
-- look, the last step it knows, how many partitions there are
-- Returns {} for everybody else, or {now, step, 1 when these are all agents, 1 when these are all lanes,
-- agents, lanes, works}: of what has changed since. An agent is {id, revision, facts, fields, hour}.
-- Lanes are {name, how many of the works lie there...}, works come by column: item, past, revision.
local now, look, wide, since = clock(), tonumber(ARGV[3]), ARGV[4] == '1', tonumber(ARGV[5])
-- While part of the book is not here (the queue was lost), nobody knows what agents hold.
if redis.call('HLEN', key('applied')) < tonumber(ARGV[6]) then return {} end
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
local lanes, works = {}, {}
for _, lane in ipairs(redis.call('ZRANGEBYSCORE', key('lanes'), '(' .. (all and BEFORE_ALL or since), '+inf')) do
  local waiting = look_at(lane)
  if #waiting == 0 and all then
    redis.call('ZREM', key('lanes'), lane)
    redis.call('HDEL', key('looked'), lane)
  else
    table.insert(lanes, lane)
    table.insert(lanes, #waiting)
    for _, id in ipairs(waiting) do table.insert(works, id) end
  end
end
local agents = redis.call('ZRANGEBYSCORE', key('changed'), '(' .. since, '+inf')
return {now, step, since == 0 and 1 or 0, all and 1 or 0, agent_rows(agents), lanes, told_of(works)}
