// A webhook that the sender delivers five times at once, and the receiver processes once.
import { OnceOnly } from '@onceonly/onceonly-sdk';

import { SERVER, claim, title, unique } from './story.mjs';

const DELIVERIES = 5;
const A_DAY = 24 * 3600;

// While OnceOnly is away, a delivery is refused and comes again later. The default, failOpen: true, would process it
// unprotected.
const client = new OnceOnly({ ...SERVER, failOpen: false, maxRetries429: 3 });

const processed = [];

/** Answers what a receiver of webhooks would: "failed" asks the sender for another delivery. */
async function receive(eventId, work) {
  // The sender's own id is the same in all deliveries of one event.
  const lock = await client.checkLock({ key: `webhook:${eventId}`, ttl: A_DAY, meta: { type: 'order.paid' } });
  if (lock.duplicate) return 'duplicate';
  try {
    await work(eventId);
  } catch {
    // Nothing has happened yet, so the next delivery may try.
    await client.releaseLock(lock.key, lock.lockId);
    return 'failed';
  }
  return 'processed';
}

const takeOrder = async (eventId) => processed.push(eventId);

const timesTaken = (eventId) => processed.filter((one) => one === eventId).length;

async function outOfOrder() {
  throw new Error('the warehouse did not answer');
}

title('Five deliveries of one webhook at once');
let event = unique('evt');
const answers = await Promise.all(Array.from({ length: DELIVERIES }, () => receive(event, takeOrder)));
claim('one of them is processed', answers.filter((answer) => answer === 'processed').length === 1);
claim('four are duplicates', answers.filter((answer) => answer === 'duplicate').length === DELIVERIES - 1);
claim('the order was taken once', timesTaken(event) === 1);

title('A webhook whose processing fails at first');
event = unique('evt');
claim('the receiver asks for another delivery', (await receive(event, outOfOrder)) === 'failed');
claim('which is processed', (await receive(event, takeOrder)) === 'processed');
claim('a third is a duplicate', (await receive(event, takeOrder)) === 'duplicate');
claim('the order was taken once', timesTaken(event) === 1);

await client.close();
