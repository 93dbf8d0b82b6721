"""`python -m services.bot`."""

from services.bot.app import CARD, build
from services.bot.settings import Settings
from shared.runtime.service import run

run(build, Settings, CARD.name)
