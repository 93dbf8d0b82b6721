-- Make the offers of one decision, each if the work and everybody asked are still as the decision saw them.
-- ARGV: milliseconds until a silent tool is stale, then JSON {work, revision, deadline, {agent, revision}...}
-- of each offer
-- Returns 1 for each offer that was made, 0 for each other.
local stale, now = tonumber(ARGV[1]), clock()

local function fits(offer, work)
  if work[1] ~= tostring(offer[2]) or (work[2] or '') == '' or work[3] then return false end
  for i = 4, #offer do
    local agent = redis.call('HMGET', key('agent', offer[i][1]), 'revision', 'status', 'seen')
    if agent[1] ~= tostring(offer[i][2]) or agent[2] ~= 'available' or now - tonumber(agent[3]) >= stale then
      return false
    end
  end
  return true
end

local function make(offer, work)
  local id, asked = offer[1], {}
  dequeue(id, {lane = work[2]})
  for i = 4, #offer do
    local agent = offer[i][1]
    table.insert(asked, agent)
    redis.call('HSET', key('held', agent), id, 'offered ' .. work[5])
    redis.call('HSET', key('agent', agent), 'last', now, 'revision', offer[i][2] + 1)
    noticed(agent)
    tell(work[4], {type = 'offer', work = id, agent = agent, deadline = offer[3]})
  end
  redis.call('HSET', key('work', id), 'offered', cjson.encode(asked), 'deadline', offer[3],
    'revision', offer[2] + 1)
  redis.call('ZADD', key('offers'), offer[3], id)
end

local made = {}
for number = 2, #ARGV do
  local offer = cjson.decode(ARGV[number])
  local work = redis.call('HMGET', key('work', offer[1]), 'revision', 'lane', 'offered', 'partition', 'held')
  made[number - 1] = fits(offer, work) and 1 or 0
  if made[number - 1] == 1 then make(offer, work) end
end
return made
