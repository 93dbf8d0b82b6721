"""The policy file: what is wrong with it is said with the line it stands on."""

import json
from pathlib import Path

import pytest

from shared.contracts.errors import UserMistake
from shared.policy.load import load_policy, parse_policy
from shared.policy.model import Policy
from shared.runtime.settings import ROOT

SHIPPED = ROOT / "deploy" / "policy.yaml"
MANIFEST = ROOT / "services" / "intent_classifier" / "weights" / "manifest.json"
PEOPLE = {"complaint", "contact_human_agent", "payment_issue"}
"""Complaints, people who want people, money in dispute."""
WHOLE = """version: 1
pools:
  general: {}
  fallback: {}
intents:
  delivery_time: {routing: automatic}
"""


def _pools(*pools: str) -> str:
    return WHOLE.replace("  general: {}\n", "".join(f"  {pool}\n" for pool in pools))


def _hours(hours: str) -> str:
    return _pools(f"general: {{hours: {{{hours}}}}}")


def _rings(*matches: str, step: int = 10) -> str:
    rings = ", ".join(f"{{after: {n * step}, match: {match}}}" for n, match in enumerate(matches))
    return WHOLE + f"offers: {{rings: [{rings}]}}\n"


BROKEN = {
    "not YAML": (WHOLE + "bot: [1\n", 8, "not YAML"),
    "a tab": ("version: 1\n\tpools: {}\n", 2, "not YAML"),
    "bytes that are no text": ("version: 1\n\x00", 1, "not YAML"),
    "an empty file": ("", 1, "must be a mapping"),
    "a day that is in no calendar": (
        _hours("open: {}, holidays: [2026-02-30]"),
        3,
        "'2026-02-30' cannot be read",
    ),
    "a value that is not what its tag says": (WHOLE + "default_pool: !!bool general\n", 7, "cannot be read"),
    "a list as a name": (WHOLE + "[a]: b\n", 7, "unhashable"),
    "more in each other than can be read": ("version: " + "[" * 5000, 1, "lies in each other"),
    "a list": ("- version: 1\n", 1, "must be a mapping"),
    "no version": (WHOLE.removeprefix("version: 1\n"), 1, "version"),
    "another version": (WHOLE.replace("version: 1", "version: 2"), 1, "version"),
    "no pools": ("version: 1\nintents: {}\n", 1, "pools"),
    "a word it does not know": (WHOLE + "routign: {}\n", 7, "routign"),
    "a setting it does not know": (
        WHOLE + "routing:\n  confidence: 0.5\n  patience: 3\n",
        9,
        "routing.patience",
    ),
    "a share above 1": (WHOLE + "routing:\n  confidence: 1.5\n", 8, "routing.confidence"),
    "a share that is no number": (WHOLE + "routing: {frustration: .nan}\n", 7, "routing.frustration"),
    "a time of zero": (WHOLE + "breaker:\n  after: 3\n  probe_every: 0\n", 9, "breaker.probe_every"),
    "a word for a number": (WHOLE + "bot:\n  answers_in_a_row: many\n", 8, "bot.answers_in_a_row"),
    "an intent without routing": (WHOLE + "  get_refund: {pool: general}\n", 7, "intents.get_refund.routing"),
    "a routing nobody knows": (
        WHOLE + "  get_refund:\n    pool: general\n    routing: manual\n",
        9,
        "intents.get_refund.routing",
    ),
    "a pool nobody knows": (
        WHOLE + "  get_refund: {routing: account, pool: bank}\n",
        7,
        "no pool named 'bank'",
    ),
    "a default pool nobody knows": (WHOLE + "default_pool: bank\n", 7, "default_pool"),
    "no fallback pool": (WHOLE.replace("  fallback: {}\n", ""), 1, "fallback_pool"),
    "a pool's name that is no topic": (
        WHOLE.replace("  general:", "  general: {}\n  Big Boss:"),
        4,
        "Big Boss",
    ),
    "an intent that stands twice": (
        WHOLE + "  delivery_time: {routing: person}\n",
        7,
        "delivery_time stands twice",
    ),
    "a setting that stands twice": (
        WHOLE + "bot:\n  answers_in_a_row: 3\n  answers_in_a_row: 9\n",
        9,
        "twice",
    ),
    "a mapping that holds itself": (WHOLE + "routing: &a\n  confidence: *a\n", 8, "routing.confidence"),
    "a cost above 100": (
        WHOLE + "capacity:\n  costs:\n    chat: 10\n    fax: 101\n",
        10,
        "capacity.costs.fax",
    ),
    "an overflow to a pool nobody knows": (_pools("general: {overflow: bank}"), 3, "no pool named 'bank'"),
    "a neighbour nobody knows": (_pools("general: {neighbours: [bank]}"), 3, "no pool named 'bank'"),
    "a pool that is its own neighbour": (_pools("general: {neighbours: [general]}"), 3, "cannot name itself"),
    "a pool that overflows to itself": (_pools("general: {overflow: general}"), 3, "cannot name itself"),
    "overflows in a circle": (
        _pools("general: {overflow: a}", "a: {overflow: b}", "b: {overflow: general}"),
        3,
        "pools.general.overflow: it goes round in a circle: general → a → b → general",
    ),
    "a circle that does not begin at the first pool": (
        _pools("general: {overflow: a}", "a: {overflow: b}", "b: {overflow: a}"),
        4,
        "pools.a.overflow: it goes round in a circle: a → b → a",
    ),
    "a time of overflow that leads nowhere": (_pools("general: {overflow_after: 60}"), 3, "needs `overflow`"),
    "a fallback pool that overflows": (
        _pools("general: {}").replace("fallback: {}", "fallback: {overflow: general}"),
        4,
        "takes everything",
    ),
    "rings that begin late": (
        WHOLE + "offers:\n  rings:\n    - {after: 5, match: best}\n",
        8,
        "the first ring must have `after: 0`",
    ),
    "no ring": (WHOLE + "offers:\n  rings: []\n", 8, "the first ring"),
    "a narrow ring after a wide one": (_rings("best", "neighbours", "fewer_skills"), 7, "is wider"),
    "two rings at once": (_rings("best", "neighbours", step=0), 7, "must come later than `best`"),
    "a time zone nobody knows": (_hours("zone: Europe/Pariss, open: {}"), 3, "Europe/Paris"),
    "a time zone that is a path": (_hours("zone: ../x, open: {}"), 3, "no time zone"),
    "a span that ends before it begins": (
        _hours('open: {mon: ["18:00-09:00"]}'),
        3,
        "mon: 18:00-09:00 ends before",
    ),
    "a span without length": (_hours('open: {tue: ["09:00-09:00"]}'), 3, "tue: 09:00-09:00 ends before"),
    "an hour that is none": (_hours('open: {mon: ["09:00-25:00"]}'), 3, "pools.general.hours.open.mon"),
    "a day that is none": (_hours('open: {monday: ["09:00-12:00"]}'), 3, "pools.general.hours.open.monday"),
    "a head start without bound": (WHOLE + "order:\n  sla_push: 60\n", 8, "order.sla_push"),
    "a life of an offer below zero": (WHOLE + "offers:\n  life: {chat: -1}\n", 8, "offers.life.chat"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_named_with_its_file_and_line(name: str, tmp_path: Path) -> None:
    text, line, said = BROKEN[name]
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    with pytest.raises(UserMistake) as caught:
        load_policy(path)
    first = str(caught.value).splitlines()[0]
    assert first.startswith(f"{path}:{line}: ")
    assert said in first


def test_every_mistake_is_named_at_once() -> None:
    text = WHOLE + "routing:\n  confidence: 2\n  frustration: 3\n"
    with pytest.raises(UserMistake) as caught:
        parse_policy(text.encode())
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["8", "9"]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match="RELAIS_POLICY"):
        load_policy(tmp_path / "none.yaml")


def test_the_version_is_that_of_the_bytes() -> None:
    made, again, other = (parse_policy(text.encode()) for text in (WHOLE, WHOLE, WHOLE + "# another\n"))
    assert made == again
    assert made.version_hash != other.version_hash
    assert len(made.version_hash) == 12


def test_a_policy_with_nothing_but_the_needed_has_every_default() -> None:
    made = parse_policy(WHOLE.encode())
    assert made == Policy(version=1, intents=made.intents, pools=made.pools, version_hash=made.version_hash)
    assert made.pool("general") == "general"
    assert made.pool("never_heard_of") == made.fallback_pool == "fallback"


def test_the_shipped_policy_loads_and_has_the_four_pools() -> None:
    assert set(load_policy(SHIPPED).pools) == {"general", "billing", "technical", "fallback"}


def test_the_shipped_policy_has_the_defaults_of_all_that_is_about_people() -> None:
    shipped, plain = load_policy(SHIPPED), parse_policy(WHOLE.encode())
    for part in ("offers", "presence", "capacity", "order", "sticky", "wrap_up", "transfers", "told"):
        assert getattr(shipped, part) == getattr(plain, part), part


def test_the_shipped_policy_says_what_becomes_of_every_intent_of_the_shipped_model() -> None:
    assert sorted(load_policy(SHIPPED).intents) == json.loads(MANIFEST.read_text())["intents"]


def test_the_shipped_model_has_its_routes_from_the_shipped_policy() -> None:
    told = json.loads(MANIFEST.read_text())["routes"]
    policy = {name: one.routing for name, one in load_policy(SHIPPED).intents.items()}
    talk = {name for name, route in told.items() if route == "talk"}
    assert talk == {"chitchat", "follow_up"}
    assert {name: route for name, route in told.items() if name not in talk} == {
        name: route for name, route in policy.items() if name not in talk
    }


def test_nothing_that_belongs_to_a_person_is_automated() -> None:
    policy = load_policy(SHIPPED)
    assert {policy.intents[name].routing for name in PEOPLE} == {"person"}
