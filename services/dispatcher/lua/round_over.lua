-- Everybody eligible has passed a work up. ARGV: work, its revision, rounds after which a supervisor is told
-- Returns 1, or 0 when the work is not as the decision saw it.
local id = ARGV[1]
local work = work_of(id)
if not work or property(id, 'revision') ~= ARGV[2] then return 0 end
local past = past_of(id)
past.rounds, past.round_at = past.rounds + 1, clock()
remember(work, past)
if past.rounds == tonumber(ARGV[3]) then tell(id, cjson.encode({'alarm', id, '', 'nobody_takes_it'})) end
return 1
