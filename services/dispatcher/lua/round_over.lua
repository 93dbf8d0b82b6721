-- Everybody eligible has passed a work up. ARGV: work, its revision, rounds after which a supervisor is told
-- Returns 1, or 0 when the work is not as the decision saw it.
local name = key('work', ARGV[1])
local work = redis.call('HMGET', name, 'revision', 'lane')
if work[1] ~= ARGV[2] then return 0 end
revise(ARGV[1], work[2])
redis.call('HSET', name, 'round_at', clock())
if redis.call('HINCRBY', name, 'rounds', 1) == tonumber(ARGV[3]) then
  tell(redis.call('HGET', name, 'partition'), {type = 'alarm', work = ARGV[1], why = 'nobody_takes_it'})
end
return 1
