"""Answers what is routed to it.

reads    ledger
decides  an answer from the FAQ (or of an HTTP bot in its place), or that a person is needed
writes   ledger (Answered, HandedOver)
fails    when it is late or down the fallback gives its conversations to people; what it says after
         that is inert
"""
