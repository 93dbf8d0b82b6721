-- Everybody known, to say why nobody has got a work. Returns {now, {}, agents} as `view` does.
local agents = {}
for _, id in ipairs(redis.call('ZRANGE', key('changed'), 0, -1)) do table.insert(agents, agent_row(id)) end
return {clock(), {}, agents}
