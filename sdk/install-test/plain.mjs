// The npm package alone, as an ES module.
import { OnceOnly, VERSION } from '@onceonly/onceonly-sdk';
import { lock } from './lock.cjs';

await lock(OnceOnly, VERSION, 'esm');
