"""How does the customer feel?

reads    inbound
decides  frustration with an interval, and the tone
writes   sentiments: exactly one record per message, in order, or a failure marker
fails    a message it cannot read gets a marker; when it is down the router waits a little, then
         gives its messages to people
"""
