-- Whether an agent may take a work now. ARGV: work, agent, milliseconds the book may take to decide
-- Returns {'ok' or a refusal, item}; an accepted offer stays reserved for the first who may.
local id, agent = ARGV[1], ARGV[2]
local name = key('work', id)
local work = fields(name)
if not work.item then return {'unknown_work', ''} end
if work.agent == agent then return {'ok', work.item} end
local taken = is_offered(work) and (work.taker or '') ~= '' and work.taker ~= agent
if work.agent ~= '' or taken then return {'already_held', work.item} end
if work.external == '1' then return {'ok', work.item} end
local asked = false
for _, one in ipairs(offered(work)) do asked = asked or one == agent end
if not asked then return {is_offered(work) and 'not_offered' or 'offer_over', work.item} end
local deadline = math.max(tonumber(work.deadline), clock() + tonumber(ARGV[3]))
answered(agent)
redis.call('HSET', name, 'taker', agent, 'deadline', deadline)
redis.call('ZADD', key('offers'), deadline, id)
return {'ok', work.item}
