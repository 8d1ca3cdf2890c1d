// What both kinds of modules do with the package.
exports.lock = async (OnceOnly, version, name) => {
  const client = new OnceOnly({
    apiKey: process.env.ONCEONLY_API_KEY,
    baseUrl: process.env.ONCEONLY_URL,
    failOpen: false,
    timeoutMs: 60_000,
  });
  const key = `${name}:${process.hrtime.bigint()}`;
  const first = (await client.checkLock({ key })).shouldProceed();
  const second = (await client.checkLock({ key })).shouldProceed();
  console.log(`${version}: first ${first}, second ${second}`);
  await client.close();
};
