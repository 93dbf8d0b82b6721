"""One partition of the router: what it writes for what it reads."""

from collections.abc import Sequence

import msgspec
import orjson
import pytest

from services.router.settings import Settings
from services.router.worker import RouterWorker
from shared.contracts.canary import CANARY, KEY
from shared.contracts.enrichment import IntentReading, IntentRecord, SentimentRecord
from shared.contracts.ledger import Entry, Gap, Moved, Quarantined, Returned, Routed
from shared.contracts.placement import home
from shared.contracts.topics import INBOUND, INTENTS, LEDGER, QUARANTINE, SENTIMENTS
from shared.policy.load import load_policy
from shared.runtime.sender import Out
from tests.ledger.entries import answered, assigned, canary_passed, closed, handed_over, routed
from tests.services.given import (
    HERE,
    PARTITIONS,
    Lying,
    Shelf,
    conversation_at_home,
    entries,
    feels,
    published,
    wants,
    written,
)

HOME = conversation_at_home()
COMMITTED = {INBOUND: 0, INTENTS: 0, SENTIMENTS: 0, LEDGER: 0}
NOW = 1000.0
SIMPLE = wants()


class Router:
    """A worker with a book of `past` entries, driven as the driver does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *past: Entry) -> None:
        monkeypatch.setattr("shared.runtime.following.LogReader", Shelf(ledger=written(*past)))
        settings = Settings()
        self.worker = RouterWorker(HERE, settings, load_policy(settings.policy), PARTITIONS, NOW)
        self.told = len(past)

    async def opened(self) -> "Router":
        self.positions = await self.worker.restore(COMMITTED)
        return self

    async def reads(
        self, *records: Lying, intents: IntentReading = SIMPLE, now: float = NOW
    ) -> Sequence[Out]:
        """Inbound records with a reading each; returns what it writes."""
        self.worker.receive(INBOUND, records, now)
        refs = [f"{HERE}:{record.offset}" for record in records]
        made = [IntentRecord(ref, intents) for ref in refs]
        felt = [SentimentRecord(ref, feels()) for ref in refs]
        for topic, readings in ((INTENTS, made), (SENTIMENTS, felt)):
            lying = [Lying(r.offset, msgspec.json.encode(m)) for r, m in zip(records, readings, strict=True)]
            self.worker.receive(topic, lying, now)
        return await self.worker.act(now)

    async def hears(self, *told: Entry, now: float = NOW) -> Sequence[Out]:
        """Entries that come by in the book."""
        self.worker.receive(LEDGER, written(*told, start=self.told), now)
        self.told += len(told)
        return await self.worker.act(now)


@pytest.fixture
async def router(monkeypatch: pytest.MonkeyPatch) -> Router:
    return await Router(monkeypatch).opened()


async def test_a_message_with_its_readings_is_routed_once(router: Router) -> None:
    [made] = entries(await router.reads(published(0, HOME)))
    assert isinstance(made, Routed)
    assert (made.ref, made.route, made.reasons) == (f"{HERE}:0", "bot", ("automatic",))
    assert made.policy == load_policy(Settings().policy).version_hash
    assert await router.hears(made) == []
    assert await router.reads(published(0, HOME)) == []


async def test_what_nobody_can_read_is_quarantined_and_holds_nothing_back(router: Router) -> None:
    out = await router.reads(Lying(0, b"{"), published(1, HOME))
    assert [type(entry) for entry in entries(out)] == [Quarantined, Routed]
    [record] = [orjson.loads(o.value or b"") for o in out if o.topic == QUARANTINE]
    assert (record["ref"], record["reason"], record["size"]) == (f"{HERE}:0", "not_json", 1)


async def test_the_canary_is_left_to_the_fallback_and_holds_nothing_back(router: Router) -> None:
    [made] = entries(await router.reads(Lying(0, CANARY, KEY), published(1, HOME)))
    assert isinstance(made, Routed) and made.ref == f"{HERE}:1"
    await router.hears(made, answered(1, conversation=HOME))
    assert router.worker.positions()[INBOUND] == 0, "it has no outcome yet"
    await router.hears(canary_passed(0))
    assert router.worker.positions() == {INBOUND: 2, LEDGER: 3, INTENTS: 2, SENTIMENTS: 2}


async def test_a_message_away_from_home_is_settled_here_before_it_is_published_there(router: Router) -> None:
    stranger = next(n for n in map(str, range(99)) if conversation_home(n) != HERE)
    [moved] = entries(await router.reads(published(0, stranger)))
    assert moved == Moved(f"{HERE}:0", stranger, conversation_home(stranger))
    [copy] = await router.hears(moved)
    assert (copy.topic, copy.partition) == (INBOUND, conversation_home(stranger))
    assert [name for name, _ in copy.headers] == ["relais-moved-from"]
    assert [type(e).__name__ for e in entries(await router.worker.act(NOW))] == ["MoveDone"]


async def test_offsets_without_a_record_are_written_off(router: Router) -> None:
    first, second = entries(await router.reads(published(7, HOME)))
    assert first == Gap(0, 6)
    assert isinstance(second, Routed)


async def test_what_others_settled_is_not_routed(router: Router) -> None:
    router.worker.receive(INBOUND, [published(0, HOME)], NOW)
    await router.hears(handed_over(0, bring=[0]))
    assert await router.reads(published(0, HOME)) == []


async def test_a_restart_reads_again_from_the_first_message_without_an_outcome(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = await Router(monkeypatch, routed(0), answered(0), routed(1, conversation="d")).opened()
    assert router.positions[INBOUND] == 1
    assert await router.reads(published(1, "d")) == [], "it is routed already"
    assert router.worker.positions() == {INBOUND: 1, LEDGER: 3, INTENTS: 1, SENTIMENTS: 1}


async def test_after_three_late_conversations_the_bot_gets_nothing_until_it_answers(router: Router) -> None:
    await router.hears(*(late(n) for n in range(3)))
    [kept_away] = entries(await router.reads(published(10, HOME)))[-1:]
    assert isinstance(kept_away, Routed) and kept_away.reasons == ("bot_silent",)
    await router.hears(routed(20, conversation="x"), answered(20, conversation="x"))
    [tried] = entries(await router.reads(published(11, conversation_at_home(1))))
    assert isinstance(tried, Routed) and tried.route == "bot"


@pytest.mark.parametrize("reason", ["bot_unsure", "bot_repeats", "bot_limit"])
async def test_a_bot_that_gives_a_message_away_is_not_silent(router: Router, reason: str) -> None:
    await router.hears(*(late(n) for n in range(3)))
    await router.hears(handed_over(20, bring=[20], conversation="x", reason=reason))
    [tried] = entries(await router.reads(published(10, HOME)))[-1:]
    assert isinstance(tried, Routed) and tried.route == "bot"


async def test_a_wish_for_a_person_does_not_use_up_the_probe(router: Router) -> None:
    await router.hears(*(late(n) for n in range(3)))
    await router.reads(published(10, HOME), intents=wants(wants_person=True), now=NOW + 60)
    [tried] = entries(await router.reads(published(11, conversation_at_home(1)), now=NOW + 60))
    assert isinstance(tried, Routed) and tried.route == "bot"


async def test_a_conversation_whose_work_closed_long_ago_is_decided_afresh(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    past = (routed(0, "human", HOME), assigned(0, conversation=HOME))
    end = msgspec.structs.replace(closed(0, 1), conversation=HOME)
    router = await Router(monkeypatch, *past, end).opened()
    now = published(1, HOME)._replace(timestamp=80 * 3_600_000)
    back, fresh = entries(await router.reads(now))
    assert isinstance(back, Returned) and back.epoch == 1
    assert isinstance(fresh, Routed) and fresh.route == "bot"


async def test_readings_that_are_none_are_passed_over(router: Router) -> None:
    noise = [Lying(0, b"{"), Lying(1, None), Lying(2, b'{"ref":"x","reading":{}}')]
    for topic in (INTENTS, SENTIMENTS):
        router.worker.receive(topic, noise, NOW)
    [made] = entries(await router.reads(published(0, HOME)))
    assert isinstance(made, Routed) and made.route == "bot"


def late(offset: int) -> Entry:
    return handed_over(offset, bring=[offset], conversation=f"late{offset}", reason="bot_late")


def conversation_home(name: str) -> int:
    return home(name, PARTITIONS)
