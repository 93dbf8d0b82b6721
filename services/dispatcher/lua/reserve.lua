-- Make the offers of one decision, each if the work and everybody asked are still as the decision saw them.
-- ARGV: the offers (JSON), by column: `work`, `revision`, `deadline`, `silent_at` (when the tool of somebody asked
-- counts as silent), `offered` (the agents asked, JSON), `last` (the place of the last of them); and of everybody
-- asked: `agent`, `agent_revision`, `told` (a `Told`, JSON)
-- Returns 1 for each offer that was made, 0 for each other.
local now, offers = clock(), cjson.decode(ARGV[1])
local stamp, works, agents = written(now), offers.work, offers.agent
local lanes, held, offered = column('lane', works), column('held', works), column('offered', works)

-- The revisions a decision must have seen: of works that wait, until they are offered, and of agents.
local work_is, agent_is = {}, {}
for i, revision in ipairs(column('revision', works)) do
  if held[i] and not offered[i] and (lanes[i] or '') ~= '' then work_is[works[i]] = revision end
end
for i, revision in ipairs(look_up(agents, 'HMGET', key('revisions'))) do agent_is[agents[i]] = revision or '0' end

local function fits(i, first)
  if work_is[works[i]] ~= offers.revision[i] or now >= offers.silent_at[i] then return false end
  for asked = first, offers.last[i] do
    if agent_is[agents[asked]] ~= offers.agent_revision[asked] then return false end
  end
  return true
end

local made, asked_of, taken, deadlines = {}, {}, {}, {}  -- works, who is asked, works by lane, {deadline, work}...

local function make(i, first)
  local id, lane = works[i], lanes[i]
  work_is[id] = nil
  local count, of_lane = #made, taken[lane] or {}
  made[count + 1], asked_of[count + 1] = id, offers.offered[i]
  deadlines[2 * count + 1], deadlines[2 * count + 2] = offers.deadline[i], id
  of_lane[#of_lane + 1], taken[lane] = id, of_lane
  revise(id)
  for asked = first, offers.last[i] do
    change(agents[asked], 'work:' .. id, 'offered ' .. held[i], 'last', stamp)
    tell(id, offers.told[asked])
  end
end

local answer, first = {}, 1
for i = 1, #works do
  answer[i] = fits(i, first) and 1 or 0
  if answer[i] == 1 then make(i, first) end
  first = offers.last[i] + 1
end
set_each(key('work', 'offered'), made, asked_of)
with_all(deadlines, 'ZADD', key('offers'))
for lane, gone in pairs(taken) do
  with_all(gone, 'ZREM', key('lane', lane))
  stir(lane)
end
return answer
