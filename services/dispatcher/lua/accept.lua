-- Whether an agent may take a work now. ARGV: work, agent, milliseconds the answer may take
-- Returns {'ok' or a refusal, conversation, attempt, pool, token, external}; an accepted offer stays
-- reserved until the book has decided.
local work = fields(key('work', ARGV[1]))
local function answer(code)
  return {code, work.conversation or '', work.attempt or '0', work.pool or '', work.token or '', work.external or '0'}
end
if not work.pool then return answer('unknown_work') end
if work.agent == ARGV[2] then return answer('ok') end
if work.agent ~= '' then return answer('already_held') end
if work.external == '1' then return answer('ok') end
if not work.offered then return answer('offer_over') end
if work.offered ~= ARGV[2] then return answer('not_offered') end
local deadline = clock() + tonumber(ARGV[3])
if deadline > tonumber(work.deadline) then
  redis.call('HSET', key('work', ARGV[1]), 'deadline', deadline)
  redis.call('ZADD', key('offers'), deadline, ARGV[1])
end
return answer('ok')
