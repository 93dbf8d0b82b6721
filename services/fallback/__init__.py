"""The contingency plan: what nobody settled in time goes to people.

reads    inbound, ledger (nothing else: no model, no policy, no Redis)
decides  which messages are late
writes   ledger (HandedOver, Quarantined, Moved, MoveDone), conversations (snapshots), quarantine,
         inbound (moves left undone)
fails    when it is down nothing is lost: late messages wait until it is back
"""
