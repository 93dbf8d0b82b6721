"""`python -m services.intent_classifier`."""

from services.intent_classifier.app import CARD, build
from services.intent_classifier.settings import Settings
from shared.runtime.service import run

run(build, Settings, CARD.name)
