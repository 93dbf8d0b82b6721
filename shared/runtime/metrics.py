"""The catalogue: every metric of every service, in one place.

Labels hold topic roles, service names, kinds of entries and reason codes: all from closed lists.
"""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from shared.contracts.vocabulary import QUARANTINE_REASONS

disable_created_metrics()  # type: ignore[no-untyped-call]

RECORDS = Counter("relais_records_total", "Records read, by topic.", ["topic"])
SENT = Counter("relais_sent_total", "Records written and acknowledged, by topic.", ["topic"])
BATCH_SECONDS = Histogram(
    "relais_batch_seconds",
    "Time from receiving a batch to the acknowledgement of what came of it.",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
READY = Gauge("relais_ready", "1 while messages flow or would flow at once, else 0.")
PARTITIONS = Gauge("relais_partitions", "Partitions this instance looks after, by state.", ["state"])
LAG = Gauge("relais_lag_records", "Records waiting in the topics this instance reads.")
RESTORES = Counter("relais_restores_total", "Times the state of a partition was restored.")
COMMITS = Counter("relais_commits_total", "Offset commits, by result.", ["result"])
ENTRIES = Counter("relais_ledger_entries_total", "Valid ledger entries seen, by kind.", ["kind"])
INERT = Counter("relais_ledger_inert_total", "Ledger entries that were not valid, by kind.", ["kind"])

READINGS = Counter("relais_readings_total", "Messages read by the models, by result.", ["result"])
ROUTED = Counter(
    "relais_routed_total", "Routing decisions proposed, by route and first reason.", ["route", "reason"]
)
QUARANTINED = Counter("relais_quarantined_total", "Records quarantined, by reason.", ["reason"])
EXPIRED = Counter("relais_gap_offsets_total", "Inbound offsets that held no record when they were read.")
BREAKER_OPEN = Gauge(
    "relais_bot_breaker_open", "1 while the router keeps traffic away from the bot.", ["partition"]
)

ANSWERS = Counter("relais_bot_answers_total", "What the bot did with a message.", ["result"])
FALLBACK = Counter("relais_fallback_total", "Messages the fallback handed to people, by rule.", ["rule"])
UNSETTLED = Gauge("relais_unsettled_messages", "Accepted messages without an outcome.")
OLDEST_UNSETTLED = Gauge("relais_oldest_unsettled_seconds", "Age of the oldest message without an outcome.")
OUTCOMES = Gauge("relais_outcomes", "Messages by outcome since the book began.", ["outcome"])
CANARY = Gauge(
    "relais_canary_last_success_timestamp_seconds",
    "When a canary last went through the fallback, in Unix seconds; 0: not since its start.",
    ["partition"],
)
DRILLED = Gauge(
    "relais_drill_last_timestamp_seconds",
    "When a part was last drilled, in Unix seconds; 0: never.",
    ["part"],
)
SNAPSHOTS = Counter("relais_snapshots_total", "Snapshots of the book written.")

WORK_RECORDS = Counter("relais_work_records_total", "Records for agent tools, by type.", ["type"])
REFUSED = Counter("relais_commands_refused_total", "Agents' commands refused, by reason.", ["reason"])
QUEUED = Gauge("relais_work_open", "Open work, by state.", ["state"])
CLOCKS = Histogram(
    "relais_work_seconds",
    "Opening time until a person's first and next reply and until the end, by clock, pool and priority.",
    ["clock", "pool", "priority"],
    buckets=(10, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400, 259_200),
)
SLA = Counter(
    "relais_work_sla_total", "Clocks that stopped, by pool and whether in time.", ["clock", "pool", "result"]
)
WAIT_COVERAGE = Gauge(
    "relais_wait_coverage", "Share of waits that came as customers of this pool were told.", ["pool"]
)
OFFERS = Counter("relais_offers_total", "Offers decided, by whether they still fitted the queue.", ["result"])
REBUILDS = Counter(
    "relais_projection_rebuilds_total", "Times the queue in Redis was rebuilt from the ledger."
)
REPLIES = Counter("relais_replies_total", "Replies sent to channels, by author.", ["author"])

for _counter, _words in (
    (COMMITS, ("done", "failed")),
    (READINGS, ("done", "failed")),
    (QUARANTINED, QUARANTINE_REASONS),
    (FALLBACK, ("silence", "patience", "bot_late")),
    (OFFERS, ("made", "outdated")),
    (REPLIES, ("bot", "agent", "notice")),
):
    for _word in _words:
        _counter.labels(_word)  # there from the start: a rate does not see a series begin
