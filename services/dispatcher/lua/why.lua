-- What it takes to say why nobody has got a work. ARGV: work
-- Returns {now, the work as a `view` has it, the agents it is offered to (JSON), everybody known}, or {} when there
-- is no such work.
local work = told_of({ARGV[1]})
if not work[1][1] then return {} end
local agents = agent_rows(redis.call('ZRANGE', key('changed'), 0, -1))
return {clock(), work, property(ARGV[1], 'offered') or '[]', agents}
