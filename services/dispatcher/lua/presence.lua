-- An agent's tool is heard of. ARGV: agent, status, capacity, JSON pools, JSON languages,
-- milliseconds after which a silent tool is stale, milliseconds of cool-down
local agent, status = ARGV[1], ARGV[2]
local name = key('agent', agent)
local now = clock()
local before = redis.call('HGET', name, 'pools')
if before then
  for _, pool in ipairs(cjson.decode(before)) do redis.call('ZREM', key('pool', pool), agent) end
end
local last = redis.call('HGET', name, 'last') or '0'
local seen = now
if status == 'offline' then seen = now - tonumber(ARGV[6]) end
redis.call('HSET', name, 'status', status, 'capacity', ARGV[3], 'pools', ARGV[4], 'languages', ARGV[5],
  'seen', seen, 'last', last)
redis.call('ZADD', key('agents'), seen, agent)
if status ~= 'offline' then
  for _, pool in ipairs(cjson.decode(ARGV[4])) do redis.call('ZADD', key('pool', pool), last, agent) end
  return 1
end
for _, id in ipairs(redis.call('SMEMBERS', key('held', agent))) do
  local work = fields(key('work', id))
  if work.offered == agent then return_offer(id, work, 'tool_lost', tonumber(ARGV[7])) end
end
return 1
