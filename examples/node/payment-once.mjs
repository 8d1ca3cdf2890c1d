// A payment that happens once, from Node 20 or newer without any package: `node payment-once.mjs`, with
// ONCEONLY_URL and ONCEONLY_API_KEY in the environment.
import { randomUUID } from 'node:crypto';

const { ONCEONLY_URL, ONCEONLY_API_KEY } = process.env;
if (!ONCEONLY_URL || !ONCEONLY_API_KEY) {
  console.error('Set ONCEONLY_URL and ONCEONLY_API_KEY first; examples/README.md tells how.');
  process.exit(1);
}

const charges = []; // what the payment provider has been told

/** Asks who goes ahead. 200 is the only answer that decides anything; all else is thrown. */
async function checkLock(key, attemptId) {
  const reply = await fetch(new URL('/v1/check-lock', ONCEONLY_URL), {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${ONCEONLY_API_KEY}`,
      'Content-Type': 'application/json',
      'X-OnceOnly-Attempt-Id': attemptId,
    },
    body: JSON.stringify({ key, ttl: 3600, metadata: { amount_usd: 49 } }),
    signal: AbortSignal.timeout(15_000),
  });
  if (!reply.ok) throw new Error(`HTTP ${reply.status}: ${await reply.text()}`);
  return reply.json();
}

/** Charges the order if nobody has. `attemptId` is random for each logical call, and the same when it is repeated. */
async function pay(order, attemptId, { replyIsLost = false } = {}) {
  const answer = await checkLock(order, attemptId);
  if (replyIsLost) throw new TypeError('the network broke before the reply arrived');
  if (answer.status === 'locked') charges.push(order);
  return answer;
}

function claim(what, kept) {
  console.log(`  ${kept ? 'ok' : 'BROKEN'} ${what}`);
  if (!kept) process.exit(1);
}

const timesCharged = (order) => charges.filter((charged) => charged === order).length;

console.log('Five clicks on the pay button at once');
const clicked = `order_${randomUUID()}`;
const answers = await Promise.all(Array.from({ length: 5 }, () => pay(clicked, randomUUID())));
const duplicates = answers.filter((answer) => answer.status === 'duplicate');
claim('one click goes ahead', answers.filter((answer) => answer.status === 'locked').length === 1);
claim('four are duplicates', duplicates.length === 4);
const firstSeenAt = duplicates[0].first_seen_at;
claim(`which learn when the first came: ${firstSeenAt}`, duplicates.every((answer) => answer.first_seen_at === firstSeenAt));
claim('the card was charged once', timesCharged(clicked) === 1);

console.log('A reply that got lost');
const order = `order_${randomUUID()}`;
const attempt = randomUUID();
try {
  await pay(order, attempt, { replyIsLost: true });
  claim('the first reply is lost', false);
} catch (error) {
  if (!(error instanceof TypeError)) throw error; // fetch, too, throws a TypeError when the network fails
  console.log(`     ${error.message}; was the order ours? The same attempt asks again.`);
}
const again = await pay(order, attempt);
claim('the same attempt is told locked again', again.status === 'locked' && again.replayed === true);
const stranger = await pay(order, randomUUID());
claim('another attempt is a duplicate all the same', stranger.status === 'duplicate');
claim('the card was charged once', timesCharged(order) === 1);
