/**
 * What the SDK adds to a call, measured against a server that runs already:
 *
 *   ONCEONLY_URL=http://127.0.0.1:8080 ONCEONLY_API_KEY=once_live_… node bench/latency.mjs [calls]
 *
 * First the latency of one check-lock, bare `fetch` of the same request and SDK in turn, so that both see the same
 * server and the same noise. Then the calls per second of 64 concurrent callers, each way three times in turn.
 */
import { OnceOnly } from '@onceonly/onceonly-sdk';

const { ONCEONLY_URL, ONCEONLY_API_KEY } = process.env;
if (!ONCEONLY_URL || !ONCEONLY_API_KEY) {
  console.error('Set ONCEONLY_URL and ONCEONLY_API_KEY first.');
  process.exit(2);
}
const CALLS = Number(process.argv[2] ?? 3000);
const WARM_UP_CALLS = 500;
const CALLERS = 64;
const ROUND_MS = 4000;

const client = new OnceOnly({ baseUrl: ONCEONLY_URL, apiKey: ONCEONLY_API_KEY, failOpen: false, timeoutMs: 60_000 });
const run = crypto.randomUUID();
let keys = 0;
const newKey = () => `bench-${run}-${keys++}`;

async function bare() {
  const response = await fetch(`${ONCEONLY_URL}/v1/check-lock`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${ONCEONLY_API_KEY}`,
      'Content-Type': 'application/json',
      'X-OnceOnly-Attempt-Id': crypto.randomUUID(),
    },
    body: JSON.stringify({ key: newKey(), ttl: 60 }),
  });
  const body = await response.json();
  if (body.status !== 'locked') throw new Error(`unexpected answer: ${JSON.stringify(body)}`);
}

async function sdk() {
  const lock = await client.checkLock({ key: newKey(), ttl: 60 });
  if (!lock.locked) throw new Error(`unexpected answer: ${JSON.stringify(lock.raw)}`);
}

async function millisecondsOf(call) {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

async function latencies() {
  for (let i = 0; i < WARM_UP_CALLS; i++) {
    await bare();
    await sdk();
  }
  const times = { bare: [], sdk: [] };
  for (let i = 0; i < CALLS; i++) {
    // Who goes first alternates too: the second one finds the server's caches warm.
    const order = i % 2 === 0 ? ['bare', 'sdk'] : ['sdk', 'bare'];
    for (const each of order) times[each].push(await millisecondsOf(each === 'bare' ? bare : sdk));
  }
  return times;
}

async function callsPerSecond(call) {
  const start = performance.now();
  const end = start + ROUND_MS;
  let calls = 0;
  const caller = async () => {
    while (performance.now() < end) {
      await call();
      calls++;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return calls / ((performance.now() - start) / 1000);
}

function percentile(times, part) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(part * (sorted.length - 1))];
}

function line(name, bareValue, sdkValue, digits) {
  const ratio = `${(100 * (sdkValue / bareValue - 1)).toFixed(1)} %`;
  console.log(
    `${name.padEnd(38)}${bareValue.toFixed(digits).padStart(12)}${sdkValue.toFixed(digits).padStart(12)}${ratio.padStart(12)}`,
  );
}

console.log(`Node ${process.version}, ${CALLS} calls each way, ${CALLERS} callers\n`);
console.log(`${''.padEnd(38)}${'bare fetch'.padStart(12)}${'SDK'.padStart(12)}${'difference'.padStart(12)}`);
const times = await latencies();
for (const part of [0.5, 0.95, 0.99]) {
  line(`check-lock p${part * 100}, ms`, percentile(times.bare, part), percentile(times.sdk, part), 3);
}
const rates = { bare: [], sdk: [] };
for (let round = 0; round < 3; round++) {
  rates.bare.push(await callsPerSecond(bare));
  rates.sdk.push(await callsPerSecond(sdk));
}
line(`calls per second, ${CALLERS} callers (median)`, percentile(rates.bare, 0.5), percentile(rates.sdk, 0.5), 0);
client.close();
