// Compiles the sources twice: as ES modules for `import` and as CommonJS for `require`, each with its own types.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
for (const project of ['tsconfig.json', 'tsconfig.cjs.json']) {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--project', project], { stdio: 'inherit' });
}
// The package is "type": "module"; without this file its CommonJS half would be read as ES modules.
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
