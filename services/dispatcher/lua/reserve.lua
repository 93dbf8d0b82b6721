-- Make the offers of one decision, each if the work and everybody asked are still as the decision saw them.
-- ARGV: milliseconds until a silent tool is stale, then JSON {work, revision, deadline, {agent, revision}...}
-- of each offer
-- Returns 1 for each offer that was made, 0 for each other.
local stale, now = tonumber(ARGV[1]), clock()
local stamp = written(now)

local given = {}  -- how many offers each agent got in this step; a decision counts each as a revision

local function fits(offer, work)
  if work[1] ~= tostring(offer[2]) or work[2] == '' or (work[3] or '') ~= '' then return false end
  for i = 4, #offer do
    local name, revision = offer[i][1], offer[i][2]
    local agent = given[name] and {} or redis.call('HMGET', key('agent', name), 'revision', 'status', 'seen')
    local before = given[name] or {revision = tonumber(agent[1]), times = 0}
    if before.revision + before.times ~= revision then return false end
    if not given[name] and (agent[2] ~= 'available' or now - tonumber(agent[3]) >= stale) then return false end
    given[name] = before
  end
  return true
end

local taken, until_when = {}, {}  -- written once: the works by lane, and {deadline, work}...

local function make(offer, work)
  local id, asked = offer[1], {}
  taken[work[2]] = taken[work[2]] or {}
  table.insert(taken[work[2]], id)
  table.insert(until_when, offer[3])
  table.insert(until_when, id)
  for i = 4, #offer do
    local agent = offer[i][1]
    given[agent].times = given[agent].times + 1
    table.insert(asked, agent)
    changed(agent, 'work:' .. id, 'offered ' .. work[5], 'last', stamp)
    tell(work[4], {type = 'offer', work = id, agent = agent, deadline = offer[3]})
  end
  redis.call('HSET', key('work', id), 'offered', cjson.encode(asked), 'deadline', offer[3], 'taker', '', 'revision',
    step())
end

local made = {}
for number = 2, #ARGV do
  local offer = cjson.decode(ARGV[number])
  local work = redis.call('HMGET', key('work', offer[1]), 'revision', 'lane', 'offered', 'partition', 'held')
  made[number - 1] = fits(offer, work) and 1 or 0
  if made[number - 1] == 1 then make(offer, work) end
end
for lane, works in pairs(taken) do
  each_part(works, 1000, function(...) redis.call('ZREM', key('lane', lane), ...) end)
  stir(lane)
end
each_part(until_when, 1000, function(...) redis.call('ZADD', key('offers'), ...) end)
return made
