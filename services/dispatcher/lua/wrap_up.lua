-- An agent ends the wrap-up of a closed work, or asks for its time once more. ARGV: work, agent, 1 to extend
-- Returns the wrap-up (JSON), or '' when this agent has nothing to wrap up.
local id, agent, now = ARGV[1], ARGV[2], clock()
local found = redis.call('GET', key('wrap', id))
if not found then return '' end
local wrap = cjson.decode(found)
if wrap.agent ~= agent then return '' end
if ARGV[3] ~= '1' then
  wrap['until'] = 0
  redis.call('SET', key('wrap', id), cjson.encode(wrap), 'KEEPTTL')
  redis.call('ZREM', key('wraps'), id)
  release(agent, id)
  return found
end
if wrap.extended or now >= wrap['until'] then return '' end
wrap.extended = true
wrap['until'] = wrap['until'] + wrap.time
wrap.kept = wrap['until'] + 3600000
local longer = cjson.encode(wrap)
redis.call('SET', key('wrap', id), longer, 'PXAT', wrap.kept)
redis.call('ZADD', key('wraps'), wrap['until'], id)
return longer
