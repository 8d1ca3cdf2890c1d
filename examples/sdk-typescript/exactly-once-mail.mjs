// A mail that is sent once, whatever breaks: the way to OnceOnly, the program itself, or the way to the mail service.
import { OnceOnly } from '@onceonly/onceonly-sdk';

import { SERVER, claim, serveTool, title, unique } from './story.mjs';

const outbox = []; // what the mail service has sent
const sent = new Map(); // its answers, by idempotency key: the one thing that it has to remember
let answersToLose = 0;

function mailService(args, idempotencyKey) {
  if (!sent.has(idempotencyKey)) {
    outbox.push(args.to);
    sent.set(idempotencyKey, { message_id: `m_${outbox.length}` });
  }
  if (answersToLose > 0) {
    answersToLose--;
    return null;
  }
  return sent.get(idempotencyKey);
}

let repliesToLose = 0;

/** A network that breaks once the server has done what it was asked for. */
async function losesOneReply(...request) {
  const reply = await fetch(...request);
  if (repliesToLose > 0) {
    repliesToLose--;
    await reply.body?.cancel();
    throw new TypeError('the connection broke before the reply was here');
  }
  return reply;
}

const [agentId, tool] = [unique('welcome_bot'), unique('send_email')];

const sendWelcome = (client, user) =>
  client.ai.runTool({
    agentId,
    tool,
    args: { to: `${user}@example.com`, subject: 'Welcome!' },
    idempotencyKey: `welcome:${user}`, // names the effect: one welcome for each user
  });

const client = new OnceOnly({ ...SERVER, fetchImpl: losesOneReply, maxRetries429: 3, retryBackoffSec: 0.1 });
await client.gov.createTool({
  name: tool,
  url: await serveTool(mailService),
  auth: { type: 'hmac_sha256', secret: 'demo-secret-of-the-mailer' },
});

title('The reply gets lost on its way to the program');
let user = unique('ann');
repliesToLose = 1;
const first = await sendWelcome(client, user);
claim('the client asks again by itself, and has the reply', first.decision === 'executed' && repliesToLose === 0);
claim('it is marked as a replay', first.replayed === true);
claim('the mail was sent once', outbox.length === 1);

title('The program crashes before it has noted that the mail is sent');
const startedAgain = new OnceOnly(SERVER);
const again = await sendWelcome(startedAgain, user);
claim('started again, it is told that there is nothing to do', again.decision === 'dedup');
claim('and has the first answer', again.result.message_id === first.result.message_id);
claim('the mail was sent once', outbox.length === 1);

title("The mail service's answer gets lost on its way to OnceOnly");
user = unique('bob');
answersToLose = 1;
const third = await sendWelcome(client, user);
claim('OnceOnly asks again, with the same idempotency key', third.decision === 'executed' && answersToLose === 0);
claim('the mail was sent once', outbox.length === 2);

await startedAgain.close();
await client.close();
