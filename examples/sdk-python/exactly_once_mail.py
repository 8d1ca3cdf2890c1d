"""A mail that is sent once, whatever breaks: the way to OnceOnly, the program itself, or the way to the mail service."""

import httpx

from onceonly import OnceOnly
from story import SERVER, claim, serve_tool, title, unique

outbox = []  # what the mail service has sent
sent = {}  # its answers, by idempotency key: the one thing that it has to remember
answers_to_lose = 0


def mail_service(args, idempotency_key):
    global answers_to_lose
    if idempotency_key not in sent:
        outbox.append(args["to"])
        sent[idempotency_key] = {"message_id": f"m_{len(outbox)}"}
    if answers_to_lose > 0:
        answers_to_lose -= 1
        return None
    return sent[idempotency_key]


class LosesOneReply(httpx.HTTPTransport):
    """A network that breaks once the server has done what it was asked for."""

    to_lose = 0

    def handle_request(self, request):
        reply = super().handle_request(request)
        if self.to_lose > 0:
            self.to_lose -= 1
            reply.close()
            raise httpx.ReadError("the connection broke before the reply was here")
        return reply


agent, tool = unique("welcome_bot"), unique("send_email")


def send_welcome(client, user):
    return client.ai.run_tool(
        agent_id=agent,
        tool=tool,
        args={"to": f"{user}@example.com", "subject": "Welcome!"},
        idempotency_key=f"welcome:{user}",  # names the effect: one welcome for each user
    )


network = LosesOneReply()
client = OnceOnly(**SERVER, transport=network, max_retries_429=3, retry_backoff=0.1)
client.gov.create_tool({
    "name": tool,
    "url": serve_tool(mail_service),
    "auth": {"type": "hmac_sha256", "secret": "demo-secret-of-the-mailer"},
})

title("The reply gets lost on its way to the program")
user = unique("ann")
network.to_lose = 1
first = send_welcome(client, user)
claim("the client asks again by itself, and has the reply", first.decision == "executed" and network.to_lose == 0)
claim("it is marked as a replay", first.replayed is True)
claim("the mail was sent once", len(outbox) == 1)

title("The program crashes before it has noted that the mail is sent")
with OnceOnly(**SERVER) as started_again:
    again = send_welcome(started_again, user)
claim("started again, it is told that there is nothing to do", again.decision == "dedup")
claim("and has the first answer", again.result == first.result)
claim("the mail was sent once", len(outbox) == 1)

title("The mail service's answer gets lost on its way to OnceOnly")
user = unique("bob")
answers_to_lose = 1
third = send_welcome(client, user)
claim("OnceOnly asks again, with the same idempotency key", third.decision == "executed" and answers_to_lose == 0)
claim("the mail was sent once", len(outbox) == 2)

client.close()
