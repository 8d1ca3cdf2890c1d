// A chat that takes longer than anybody knows: heartbeats keep its lease, and a second agent waits for the result.
import { OnceOnly, idempotentAi } from '@onceonly/onceonly-sdk';

import { SERVER, claim, title, unique, until } from './story.mjs';

const [firstAgent, secondAgent] = [new OnceOnly(SERVER), new OnceOnly(SERVER)];
const handled = [];
let end;
const mayEnd = new Promise((resolve) => (end = resolve));

/** The long work. It knows nothing of leases. */
async function handle(chatId, messages) {
  handled.push(chatId);
  await mayEnd;
  return { status: 'resolved', messages: messages.length };
}

/** Makes of it a function that runs once for each chat, whoever calls it. */
const withLease = (client) =>
  idempotentAi(client, handle, {
    keyFn: (chatId) => `support_chat:${chatId}`,
    metadataFn: (chatId, messages) => ({ message_count: messages.length }),
    ttl: 10, // how soon another may take over when this one dies, not how long the work may take
    extendEvery: 1,
  });

const chat = unique('chat');
const messages = ["I can't sign in.", 'It works now, thank you!'];
const key = `support_chat:${chat}`;

title('The first agent takes the chat');
const firstResult = withLease(firstAgent)(chat, messages);
claim('it is at work', await until(() => handled.length === 1));
const status = await secondAgent.ai.status(key);
claim('and all can see that', status.status === 'in_progress');
const began = status.version;

title('The second agent is given the same chat');
const secondResult = withLease(secondAgent)(chat, messages);
const extended = await until(async () => (await secondAgent.ai.status(key)).version >= began + 2);
claim("the first one's heartbeats extend the lease", extended);
claim('the second waits, and does not begin', handled.length === 1);

title('The first agent has done it');
end();
const [first, second] = await Promise.all([firstResult, secondResult]);
const asBefore = (found) => found.result.status === 'resolved' && found.result.messages === 2;
claim('it has its result', first.status === 'completed' && asBefore(first));
claim('the second has the same', asBefore(second));
claim('who asks later, too', asBefore(await withLease(secondAgent)(chat, messages)));
claim('the chat was handled once', handled.join() === chat);

await firstAgent.close();
await secondAgent.close();
