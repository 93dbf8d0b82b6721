-- An agent's tool is heard of. Who counts as away stays so until the agent chooses another status, or says
-- to be back. ARGV: agent, status, 1 when back, facts (JSON), milliseconds until a silent tool is stale
local agent, status, back, facts, stale = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local name, now = key('agent', agent), clock()
local old, flat = {}, redis.call('HGETALL', name)
for i = 1, #flat, 2 do old[flat[i]] = flat[i + 1] end
local chosen = status
if back ~= '1' and chosen == old.chosen and old.status == 'away_missed' then status = 'away_missed' end
local seen = now
if status == 'offline' then seen = now - stale end
local came = (old.status or 'offline') == 'offline' or now - tonumber(old.seen or 0) >= stale
redis.call('HSET', name, 'status', status, 'chosen', chosen, 'seen', seen)
local known = redis.call('HGET', key('facts'), agent)
if facts ~= known then redis.call('HSET', key('facts'), agent, facts) end
redis.call('ZADD', key('agents'), seen, agent)
noticed(agent)
if status ~= old.status then redis.call('HSET', name, 'missed', 0) end
if came and status ~= 'offline' then redis.call('HSET', name, 'online', now) end
if status ~= old.status or facts ~= known or (came and status ~= 'offline') then alter(agent) end
if status == 'offline' then return_all(agent, now) end
return 1
