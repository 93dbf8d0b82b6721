"""`python -m services.dispatcher`."""

from services.dispatcher.app import CARD, build
from services.dispatcher.settings import Settings
from shared.runtime.service import run

run(build, Settings, CARD.name)
