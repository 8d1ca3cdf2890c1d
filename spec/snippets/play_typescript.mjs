// Plays TypeScript snippets: compiles them under `strict` against the built package's own types, and runs them in
// this process. Its job is a JSON file; it says how each block went in one JSON line on standard output.
//
// A scene becomes one module. Its blocks are nested in each other, so that each sees what those before it have
// declared and may declare the same name again; imports, which can't be nested, are moved to the module's top.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { formatWithOptions } from "node:util";

const SDK = process.env.SDK;
const PACKAGE = "@onceonly/onceonly-sdk";
const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ts = createRequire(join(SDK, "package.json"))("typescript");
const folder = join(process.cwd(), "typescript");

/** What a snippet takes for given, in the scope around it. */
const ASSUMED = `
  const client = new SDK.OnceOnly({ apiKey: "assumed" });
  let charged = 0;
  const chargeCustomer = async (): Promise<void> => { charged++; };
`;

/** What a reader does next with a function that a snippet only defines. */
const AFTERWARDS = {
  chargeInvoice: `
    stage.same(await chargeInvoice("INV-1"), { status: "paid", invoiceId: "INV-1" });
    stage.same(await chargeInvoice("INV-1"), { status: "duplicate", invoiceId: "INV-1" });
  `,
};

const say = (what) => writeSync(1, `${JSON.stringify(what)}\n`);

// ---- Modules ---------------------------------------------------------------------------------------

/** The imports of a block, as lists of names by module, and the block without them but with the same lines. */
function withoutImports(text) {
  const source = ts.createSourceFile("block.ts", text, ts.ScriptTarget.ES2022, true);
  const imports = [];
  let rest = text;
  for (const node of source.statements) {
    if (ts.isImportDeclaration(node)) {
      const start = node.getStart(source);
      imports.push(...importedNames(node));
      rest = rest.slice(0, start) + rest.slice(start, node.end).replace(/[^\n]/g, " ") + rest.slice(node.end);
    }
  }
  return { imports, rest };
}

function importedNames(node) {
  const module = node.moduleSpecifier.text;
  const clause = node.importClause;
  if (!clause) return [{ module, text: "", local: "" }];
  const names = [];
  if (clause.name) names.push({ module, text: `default as ${clause.name.text}`, local: clause.name.text });
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) {
    names.push({ module, star: true, text: `* as ${bindings.name.text}`, local: bindings.name.text });
  } else if (bindings) {
    for (const one of bindings.elements) {
      const type = clause.isTypeOnly ? "type " : "";
      names.push({ module, text: type + one.getText(), local: one.name.text });
    }
  }
  return names;
}

/** The names that a block declares on its outermost level. */
function declared(text) {
  const source = ts.createSourceFile("block.ts", text, ts.ScriptTarget.ES2022, true);
  const names = [];
  for (const node of source.statements) {
    if (ts.isVariableStatement(node)) {
      for (const one of node.declarationList.declarations) names.push(one.name.getText(source));
    } else if (node.name) {
      names.push(node.name.text);
    }
  }
  return names;
}

/** A scene's module, and for each block the line of the module on which it begins. */
function moduleOf(scene, exported) {
  const blocks = scene.blocks.map((block) => withoutImports(block.text));
  const imports = new Map();
  for (const one of blocks.flatMap((block) => block.imports)) imports.set(one.local || one.module, one);
  const words = new Set(blocks.flatMap((block) => block.rest.match(/[\w$]+/g) ?? []));
  for (const name of exported) {
    if (words.has(name) && !imports.has(name)) imports.set(name, { module: PACKAGE, text: name, local: name });
  }
  const lines = [`import * as SDK from ${JSON.stringify(PACKAGE)};`];
  for (const { module, text, star, local } of imports.values()) {
    const clause = star ? text : local ? `{ ${text} }` : "";
    lines.push(`import ${clause ? `${clause} from ` : ""}${JSON.stringify(module)};`);
  }
  lines.push("export interface Stage { begin(block: number): Promise<void>; end(block: number): void;");
  lines.push("  same(found: unknown, expected: unknown): void; }");
  lines.push("export async function play(stage: Stage): Promise<void> {", ...ASSUMED.split("\n"));
  const begins = [];
  blocks.forEach(({ rest }, number) => {
    lines.push(`await stage.begin(${number}); {`);
    begins.push(lines.length);
    lines.push(...rest.split("\n"));
    for (const name of declared(rest)) {
      const isUsed = rest.split(name).length > 2;
      if (AFTERWARDS[name] && !isUsed) lines.push(...AFTERWARDS[name].split("\n"));
    }
    const charges = rest.includes("chargeCustomer()") && !declared(rest).includes("chargeCustomer");
    if (charges) lines.push("stage.same(charged, 1);");
    lines.push(`stage.end(${number});`);
  });
  lines.push("}".repeat(blocks.length), "}");
  return { text: lines.join("\n"), begins };
}

// ---- Types -----------------------------------------------------------------------------------------

const OPTIONS = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  // The package's own tests look at its declarations; here, only what snippets make of them matters.
  skipLibCheck: true,
  types: ["node"],
  typeRoots: [join(SDK, "node_modules", "@types")],
};

/** Compiles all modules at once, and gives for each scene and block what the compiler says. */
function check(modules) {
  const here = join(folder, "types");
  mkdirSync(join(here, "node_modules", "@onceonly"), { recursive: true });
  symlinkSync(SDK, join(here, "node_modules", PACKAGE), "dir");
  linkOthers(join(here, "node_modules"));
  writeFileSync(join(here, "package.json"), '{"type": "module"}');
  const names = modules.map((module, number) => {
    const path = join(here, `scene${number}.ts`);
    writeFileSync(path, module.text);
    return path;
  });
  const said = new Map();
  for (const problem of ts.getPreEmitDiagnostics(ts.createProgram(names, OPTIONS))) {
    const words = ts.flattenDiagnosticMessageText(problem.messageText, "\n");
    const number = problem.file ? names.indexOf(problem.file.fileName) : -1;
    if (number < 0) throw new Error(`${problem.file?.fileName ?? "tsc"}: ${words}`);
    const line = problem.file.getLineAndCharacterOfPosition(problem.start).line;
    const scene = job.scenes[number];
    const { begins } = modules[number];
    const block = Math.max(0, begins.findLastIndex((begin) => begin <= line));
    const at = scene.blocks[block].line + line - begins[block];
    const all = said.get(`${number} ${block}`) ?? [];
    said.set(`${number} ${block}`, [...all, `${scene.blocks[block].document}:${at}: ${words}`]);
  }
  return said;
}

/** Packages that a snippet may use beside the SDK: those that the SDK's own tests use. */
const OTHERS = ["undici"];

function linkOthers(modules) {
  for (const name of OTHERS) symlinkSync(join(SDK, "node_modules", name), join(modules, name), "dir");
}

// ---- Playing ---------------------------------------------------------------------------------------

/**
 * The seam: snippets get the built package, but whatever key and address they give a client, it gets this run's. An
 * address of 127.0.0.1 is kept: where a snippet names one, nobody is meant to be there.
 */
function makeWrapper() {
  const manifest = JSON.parse(readFileSync(join(SDK, "package.json"), "utf8"));
  const entry = importOf(manifest.exports["."]);
  const real = JSON.stringify(pathToFileURL(join(SDK, entry)).href);
  const here = join(folder, "played", "node_modules", PACKAGE);
  mkdirSync(here, { recursive: true });
  const parts = { ".": "./index.js", "./testing": "./testing.js" };
  writeFileSync(join(here, "package.json"), JSON.stringify({ type: "module", exports: parts }));
  const testing = importOf(manifest.exports["./testing"]);
  writeFileSync(join(here, "testing.js"), `export * from ${JSON.stringify(pathToFileURL(join(SDK, testing)).href)};`);
  linkOthers(join(folder, "played", "node_modules"));
  const code = `
    import { OnceOnly as Real } from ${real};
    export * from ${real};
    export class OnceOnly extends Real {
      constructor(options) {
        const { apiKey, baseUrl } = globalThis.onceonlyServer;
        const isKept = options.baseUrl?.startsWith("http://127.0.0.1:");
        super({ ...options, apiKey, baseUrl: isKept ? options.baseUrl : baseUrl });
      }
    }
    export const createClient = (options) => new OnceOnly(options);
  `;
  writeFileSync(join(here, "index.js"), code);
  writeFileSync(join(folder, "played", "package.json"), '{"type": "module"}');
  return pathToFileURL(join(here, "index.js")).href;
}

function importOf(target) {
  if (typeof target === "string") return target;
  return importOf(target.import ?? target.node ?? target.default);
}

async function playScene(scene, number, module, wrong) {
  process.env.ONCEONLY_API_KEY = scene.key;
  globalThis.onceonlyServer = { apiKey: scene.key, baseUrl: job.url };
  const path = join(folder, "played", `scene${number}.js`);
  const compiled = ts.transpileModule(module.text, { compilerOptions: { ...OPTIONS, noEmit: false, module: ts.ModuleKind.ESNext } });
  writeFileSync(path, compiled.outputText);
  let at = 0;
  let printed = "";
  const tell = (block, why) => say({ scene: scene.number, block, why, printed });
  const stage = {
    async begin(block) {
      at = block;
      printed = "";
      say({ scene: scene.number, block, begins: true });
      const answer = await fetch(`${job.settle}?${scene.key}`);
      if (!answer.ok) throw new Error(await answer.text());
    },
    end: (block) => tell(block, wrong(block)),
    same(found, expected) {
      const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
      if (a !== b) throw new Error(`expected ${b}, found ${a}`);
    },
  };
  const log = console.log;
  console.log = (...values) => void (printed += `${formatWithOptions({ breakLength: Infinity }, ...values)}\n`);
  try {
    const { play } = await import(pathToFileURL(path).href);
    await play(stage);
  } catch (error) {
    tell(at, [wrong(at), error?.stack ?? String(error)].filter(Boolean).join("\n"));
  } finally {
    console.log = log;
  }
}

const exported = Object.keys(await import(makeWrapper()));
const modules = job.scenes.map((scene) => moduleOf(scene, exported));
const said = check(modules);
for (const [number, scene] of job.scenes.entries()) {
  await playScene(scene, number, modules[number], (block) => said.get(`${number} ${block}`)?.join("\n") ?? null);
}
// A snippet's client may hold connections; the process does not wait for them.
process.exit(0);
