-- What all scripts share: where everything lies, and how it is written. KEYS[1] is the prefix of every key, one
-- hash tag: the queue lies in one slot of a cluster, so that each decision is one atomic step. The only clock is
-- Redis' own. `shared/queue/board.py` is the same in memory; both are tested against each other.
--
-- What the name '' stands for in columns, offers and sets of works is no work: it says that they have not been lost.
--
-- What is known of works lies by column, not by work: one command reads or writes a column of many works. Texts that
-- go through Lua are kept short: it copies and hashes each of them.
--
--   work:item          hash   work -> the work as the book has it (JSON, without what has its usual value)
--   work:agent         hash   work -> who holds it, or empty
--   work:lane          hash   work -> the lane in which it waits when it is not on offer, or empty
--   work:rank          hash   work -> its place in that lane
--   work:held          hash   work -> what it takes of an agent's capacity (JSON)
--   work:revision      hash   work -> the step that last changed it
--   work:past          hash   work -> JSON, if there is any: `passed` (agent -> {times, at}: who declined or missed
--                             it), `rounds` (how often everybody has passed it up), `round_at` (when that was last)
--   work:offered       hash   work -> the agents it is offered to (JSON list), while it is
--   work:taker         hash   work -> who has accepted its offer, while the book has not decided
--   offers             zset   offered works, by deadline
--   applied            hash   partition -> ledger offset that the projection has reached
--   partition:<n>      set    the open works of a partition
--   rebuilding         hash   partition -> who makes it again at the moment, and the last part that was made;
--                             rebuilding:<n> has the works so far
--   changes            string counts the steps in which something changed that matching looks at
--   lanes              zset   the lanes in which something waits, by the step that last changed them
--   lane:<name>        zset   works waiting, by rank (smaller first)
--   looked             hash   lane -> how far down it wide looks have come
--   agent:<id>         hash   status chosen seen online last severe missed, and of each work `work:<id>`:
--                             'offered' | 'assigned' | 'wrapping' and the work's `held`. Mostly short: Redis
--                             keeps such a hash in one piece
--   facts              hash   agent -> what the agent's tool says of the agent (JSON)
--   hour:<agent>       list   when the agent took works, the last ones
--   agents             zset   agents by the time they were last heard of
--   revisions          hash   agent -> the step that last changed what decisions look at
--   changed            zset   agents, by the step in which they were last heard of or changed
--   wrap:<work>        string a closed work that may be wrapped up (JSON)
--   wraps              zset   such works, by the end of their time
--   outbox:<n>         list   what whoever follows that partition is to tell
--   spoke:<customer>   string when who last spoke with this customer: '<ms> <agent>'
--   matcher            string which dispatcher decides at the moment
--   swept              string when somebody last looked at what time has ended
local P = KEYS[1]
local function key(name, of) return of and P .. name .. ':' .. of or P .. name end

-- A whole number as it is written. Redis writes the numbers of Lua as fractions, each time anew.
local function written(number) return string.format('%.0f', number) end

local function clock()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

-- One command for all of a list, or some: Lua hands over so many values at once. A pair is never torn.
local AT_ONCE = 1000
local function with_all(list, command, name)
  for from = 1, #list, AT_ONCE do
    redis.call(command, name, unpack(list, from, math.min(from + AT_ONCE - 1, #list)))
  end
end

-- What `HMGET` or `ZMSCORE` finds for each of a list, `false` where it finds nothing.
local function look_up(list, command, name)
  if #list == 0 then return {} end
  if #list <= AT_ONCE then return redis.call(command, name, unpack(list)) end
  local found = {}
  for from = 1, #list, AT_ONCE do
    local part = redis.call(command, name, unpack(list, from, math.min(from + AT_ONCE - 1, #list)))
    for i = 1, #part do table.insert(found, part[i]) end
  end
  return found
end

local FROM_BOOK = {'item', 'lane', 'rank', 'agent', 'held'}
local OF_ALL = {'revision', unpack(FROM_BOOK)}
local OF_SOME, OF_OFFERED = {'past'}, {'offered', 'taker'}

local function set_each(name, ids, values)
  local list = {}
  for i, id in ipairs(ids) do
    list[2 * i - 1] = id
    list[2 * i] = values[i]
  end
  with_all(list, 'HSET', name)
end

local function erase(names, works)
  if #works == 0 then return end
  for _, name in ipairs(names) do with_all(works, 'HDEL', key('work', name)) end
end

local function column(name, works) return look_up(works, 'HMGET', key('work', name)) end

-- Every run of a script that changes something is one step; what it changes gets the step's number as its
-- revision. What is gathered here is written once, by `finish`: works, lanes and agents that changed, agents that were
-- heard of, things to tell, works that are offered no more or over, and since when the silence of those counts who
-- hold one.
local number, revised, moved, altered, noted, telling = nil, {}, {}, {}, {}, {}
local unoffered, over, holders = {}, {}, {}

local function step()
  number = number or written(redis.call('INCR', key('changes')))
  return number
end

local function revise(id) revised[#revised + 1] = id end

local function stir(lane)
  if lane ~= '' then moved[lane] = true end
end

local function noticed(agent) noted[agent] = true end

local function alter(agent)
  altered[#altered + 1] = agent
  noticed(agent)
end

-- The partition in a work's name.
local function partition_of(id) return string.match(id, '^%d+') end

-- `told`: a `Told` of `values.py` as JSON.
local function tell(id, told)
  local partition = partition_of(id)
  local list = telling[partition] or {}
  telling[partition] = list
  list[#list + 1] = told
end

-- Redis keeps a small set of short names as one list, and walks it for every name that is set. One name that is too
-- long for that makes an index of it: several times as quick with 128 lanes. It never counts as changed.
local NO_LANE, BEFORE_ALL = string.rep('-', 65), '0'

local function numbered(names)
  local list = {}
  for name in pairs(names) do
    list[#list + 1] = step()
    list[#list + 1] = name
  end
  return list
end

local function set_step(name, ids)
  local steps = {}
  for i = 1, #ids do steps[i] = step() end
  set_each(name, ids, steps)
end

-- After a loss of the queue a holder may not be known yet, and may never come back: the silence of their tool
-- counts from now.
local function watch()
  local names = {}
  for agent in pairs(holders) do table.insert(names, agent) end
  for i, seen in ipairs(look_up(names, 'ZMSCORE', key('agents'))) do
    if not seen then
      local name = key('agent', names[i])
      redis.call('HSETNX', name, 'seen', holders[names[i]])
      redis.call('ZADD', key('agents'), redis.call('HGET', name, 'seen'), names[i])
    end
  end
end

local function finish(answer)
  watch()
  set_step(key('work', 'revision'), revised)
  set_step(key('revisions'), altered)
  with_all(unoffered, 'ZREM', key('offers'))
  erase(OF_OFFERED, unoffered)
  erase(OF_ALL, over)
  erase(OF_SOME, over)
  with_all(numbered(moved), 'ZADD', key('lanes'))
  with_all(numbered(noted), 'ZADD', key('changed'))
  for partition, list in pairs(telling) do with_all(list, 'RPUSH', key('outbox', partition)) end
  return answer
end
