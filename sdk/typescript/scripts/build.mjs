// Compiles the sources twice: as ES modules for `import` and as CommonJS for `require`, each with its own types. npm runs
// this as `prepare`, so that a package is never made without what is in it; in a fresh clone it installs the compiler.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const TSC = 'node_modules/typescript/bin/tsc';
if (!existsSync(TSC)) {
  // Whatever asks for this package may be installing something else, or be told to leave these out: this is our own install.
  const { npm_config_global: _, npm_config_prefix: __, npm_config_omit: ___, NODE_ENV: ____, ...env } = process.env;
  const words = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    execFileSync('npm', words, { stdio: ['ignore', 'ignore', 'inherit'], env, shell: process.platform === 'win32' });
  } catch {
    console.error(`The package can't be built: its compiler is not installed. Run "npm ci" in ${process.cwd()} first.`);
    process.exit(1);
  }
}

rmSync('dist', { recursive: true, force: true });
for (const project of ['tsconfig.json', 'tsconfig.cjs.json']) {
  execFileSync(process.execPath, [TSC, '--project', project], { stdio: 'inherit' });
}
// The package is "type": "module"; without this file its CommonJS half would be read as ES modules.
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
