-- An agent gives back an offer, or is about to give back a held work. ARGV: work, agent
-- Returns {'declined' | 'held' | a refusal, item}
local id, agent, now = ARGV[1], ARGV[2], clock()
local work = fields(key('work', id))
if not work.item then return {'unknown_work', ''} end
if work.agent == agent then
  pass_up(id, work, agent, now)
  return {'held', work.item}
end
for _, one in ipairs(offered(work)) do
  if one == agent then
    answered(agent)
    return_offer(id, work, agent, 'declined', now)
    return {'declined', work.item}
  end
end
return {'not_offered', work.item}
