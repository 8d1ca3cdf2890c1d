// The npm package alone, in CommonJS.
const { OnceOnly, VERSION } = require('@onceonly/onceonly-sdk');
const { lock } = require('./lock.cjs');

void lock(OnceOnly, VERSION, 'cjs');
