"""The shipped bot: prepared answers, found by intent and wording together."""
