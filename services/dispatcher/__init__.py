"""The human queue: work waits in Redis, and is offered to agents who have room for it.

reads    ledger, agents
decides  whom to offer a work, which commands are in order; what is assigned the book decides
writes   ledger (Assigned, Released, Replied, Closed, TakenOver), work.<pool>
fails    when it is down work waits in the book; when Redis is lost the queue is rebuilt from the
         book, and agents' tools announce themselves again with their next heartbeat
"""
