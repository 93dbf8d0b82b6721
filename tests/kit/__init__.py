"""The test kit: real servers for tests that need one, and the table that closes every run.

`kafka.RealKafka` and `redis.RealRedis` start the best server this machine can offer; `report` holds the
fixtures (`kafka`, `own_kafka`, `redis_server`, `own_redis`, `ran_against`) and says at the end what ran
against what.
"""
