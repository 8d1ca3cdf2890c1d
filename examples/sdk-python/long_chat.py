"""A chat that takes longer than anybody knows: heartbeats keep its lease, and a second agent waits for the result."""

import threading

from onceonly import OnceOnly, idempotent_ai
from story import SERVER, claim, title, unique, until

first_agent, second_agent = OnceOnly(**SERVER), OnceOnly(**SERVER)
handled = []
at_work, may_end = threading.Event(), threading.Event()


def handle(chat_id, messages):
    """The long work. It knows nothing of leases."""
    handled.append(chat_id)
    at_work.set()
    may_end.wait(60)
    return {"status": "resolved", "messages": len(messages)}


def with_lease(client):
    """Makes of it a function that runs once for each chat, whoever calls it."""
    return idempotent_ai(
        client,
        key_fn=lambda chat_id, messages: f"support_chat:{chat_id}",
        metadata_fn=lambda chat_id, messages: {"message_count": len(messages)},
        ttl=10,  # how soon another may take over when this one dies, not how long the work may take
        extend_every=1,
    )(handle)


def in_background(call, *arguments):
    results = []
    thread = threading.Thread(target=lambda: results.append(call(*arguments)))
    thread.start()
    return lambda: (thread.join(60), results[0])[1]


chat, messages = unique("chat"), ["I can't sign in.", "It works now, thank you!"]
key = f"support_chat:{chat}"

title("The first agent takes the chat")
first_result = in_background(with_lease(first_agent), chat, messages)
claim("it is at work", at_work.wait(30))
status = second_agent.ai.status(key)
claim("and all can see that", status.status == "in_progress")
began = status.version

title("The second agent is given the same chat")
second_result = in_background(with_lease(second_agent), chat, messages)
claim("the first one's heartbeats extend the lease", until(lambda: second_agent.ai.status(key).version >= began + 2))
claim("the second waits, and does not begin", handled == [chat])

title("The first agent has done it")
may_end.set()
first, second = first_result(), second_result()
claim("it has its result", first.status == "completed" and first.result == {"status": "resolved", "messages": 2})
claim("the second has the same", second.result == first.result)
claim("who asks later, too", with_lease(second_agent)(chat, messages).result == first.result)
claim("the chat was handled once", handled == [chat])

first_agent.close()
second_agent.close()
