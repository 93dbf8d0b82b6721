-- Note who spoke with which customers, where nobody has spoken with them since.
-- ARGV: JSON [{customer, when, agent, until when it counts}...]
for _, told in ipairs(cjson.decode(ARGV[1])) do
  local name = key('spoke', told[1])
  local before = tonumber((redis.call('GET', name) or '-1'):match('^-?%d+'))
  if told[2] > before then
    redis.call('SET', name, string.format('%.0f %s', told[2], told[3]), 'PXAT', told[4])
  end
end
return 1
