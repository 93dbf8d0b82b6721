"""The contingency plan: what nobody settled in time goes to people.

reads    inbound, ledger (nothing else: no model, no policy, no Redis)
decides  which messages are late
writes   ledger (HandedOver, Quarantined, Moved, MoveDone, CanaryPassed), conversations (snapshots),
         quarantine, inbound (moves left undone; a canary every minute)
fails    when it is down nothing is lost: late messages wait until it is back
"""
