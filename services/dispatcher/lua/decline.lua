-- An agent gives back an offer, or is about to give back a held work. ARGV: work, agent
-- Returns {'declined' | 'held' | a refusal, item}
local id, agent, now = ARGV[1], ARGV[2], clock()
local work, item = work_of(id), property(id, 'item')
if not work or not item then return {'unknown_work', ''} end
if work.agent == agent then
  pass_up(work, agent, now)
  return {'held', item}
end
if not is_offered_to(work, agent) then return {'not_offered', item} end
answered(agent)
return_offer(work, agent, 'declined', now)
return {'declined', item}
