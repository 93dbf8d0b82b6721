"""Bot or person?

reads    inbound, intents, sentiments, ledger
decides  one route per message, in order, with its reasons; what cannot be shown is quarantined,
         what lies outside its conversation's home is moved there; the canary is left to the fallback
writes   ledger (Routed, Quarantined, Moved, MoveDone, Gap, Returned), quarantine, inbound (moves)
fails    when it is down the fallback gives messages to people; what it wrote late is inert
"""
