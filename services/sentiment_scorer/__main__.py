"""`python -m services.sentiment_scorer`."""

from services.sentiment_scorer.app import CARD, build
from services.sentiment_scorer.settings import Settings
from shared.runtime.service import run

run(build, Settings, CARD.name)
