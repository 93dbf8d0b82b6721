-- An agent gives back an offer, or is about to give back a held work, and is left alone with it for a
-- while. ARGV: work, agent, milliseconds of cool-down
-- Returns {'declined' | 'held' | a refusal, conversation, attempt, pool, token}
local work = fields(key('work', ARGV[1]))
local function answer(code)
  return {code, work.conversation or '', work.attempt or '0', work.pool or '', work.token or ''}
end
if not work.pool then return answer('unknown_work') end
if work.agent == ARGV[2] then
  leave_alone(ARGV[1], ARGV[2], tonumber(ARGV[3]), 'declined')
  return answer('held')
end
if work.offered ~= ARGV[2] then return answer('not_offered') end
return_offer(ARGV[1], work, 'declined', tonumber(ARGV[3]))
return answer('declined')
