-- Whether an agent may take a work now. ARGV: work, agent, milliseconds the book may take to decide
-- Returns {'ok' or a refusal, item}; an accepted offer stays reserved for the first who may.
local id, agent = ARGV[1], ARGV[2]
local work, item = work_of(id), property(id, 'item')
if not work or not item then return {'unknown_work', ''} end
local function answer(code) return {code, item} end
if work.agent == agent then return answer('ok') end
local taker = is_offered(work) and property(id, 'taker') or agent
if work.agent ~= '' or taker ~= agent then return answer('already_held') end
if cjson.decode(item).external then return answer('ok') end
if not is_offered_to(work, agent) then return answer(is_offered(work) and 'not_offered' or 'offer_over') end
answered(agent)
redis.call('HSET', key('work', 'taker'), id, agent)
redis.call('ZADD', key('offers'), 'GT', clock() + tonumber(ARGV[3]), id)
return answer('ok')
