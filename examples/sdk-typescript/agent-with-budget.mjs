// An agent that may search the web for 0.05 USD a day, at 0.02 USD a search: the third search is blocked.
import { OnceOnly } from '@onceonly/onceonly-sdk';

import { SERVER, claim, say, serveTool, title, unique, until } from './story.mjs';

const searches = [];

function search(args) {
  searches.push(args.query);
  return { hits: 3 };
}

const [agentId, tool] = [unique('research_bot'), unique('web_search')];
const client = new OnceOnly(SERVER);
await client.gov.createTool({
  name: tool,
  url: await serveTool(search),
  auth: { type: 'hmac_sha256', secret: 'demo-secret-of-the-search' },
});

title('A budget of 0.05 USD a day');
const policy = await client.gov.upsertPolicy({
  agent_id: agentId,
  allowed_tools: [tool],
  max_spend_usd_per_day: 0.05,
  // The price stands in the policy: it isn't left to the agent to say what it costs.
  pricing_rules: [{ tool, price_usd: 0.02 }],
});
claim('the policy is kept', policy.maxSpendUsdPerDay === 0.05);

title('Three searches, at 0.02 USD each');
const outcomes = [];
for (const query of ['idempotency', 'leases', 'fencing tokens']) {
  const outcome = await client.ai.runTool({ agentId, tool, args: { query } });
  say(`${query}: ${outcome.decision}, ${outcome.policyReason}`);
  outcomes.push(outcome);
}
claim('two are executed', outcomes.map((outcome) => outcome.decision).join() === 'executed,executed,blocked');
claim('the third is over the budget', outcomes[2].policyReason === 'max_spend_usd_per_day_exceeded');
claim('the search engine was asked twice', searches.join() === 'idempotency,leases');

title('A tool that the agent may not use');
const outcome = await client.ai.runTool({ agentId, tool: 'delete_user', args: { user: 'ann' } });
claim('is blocked, whatever it costs', outcome.policyReason === 'tool_not_in_allowed_list');

title('What the day came to');
// The two bookings are exact; the figures for people follow within moments.
const metrics = await until(async () => {
  const found = await client.gov.agentMetrics(agentId);
  return found.blockedActions === 2 && found;
});
claim('2 actions and 2 blocked ones', metrics && metrics.totalActions === 2);
claim('for 0.04 USD', metrics.totalSpendUsd === 0.04);

await client.close();
