/**
 * Bundles every runnable of the monorepo into `dist/<name>/program.js` (packages stay external), which `dist/<name>/main.js`
 * starts. `node tools/build.mjs [name…]` builds only those named.
 */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { launcherText } from "./launcher.mjs";

const root = path.resolve(import.meta.dirname, "..");
const runnables = new Map([
  ...readdirSync(path.join(root, "services")).map((name) => [name, `services/${name}/src/main.ts`]),
  ["simulator", "test/support/simulator/main.ts"],
  ["local-servers", "deploy/local/main.ts"],
  ["bench", "test/bench/main.ts"],
  // Loaded in a thread by whoever holds the active policy set.
  ["policy-check", "libs/policy-source/check-worker.ts"],
]);
const wanted = process.argv.slice(2);
const built = [...runnables].filter(([name, entry]) => (wanted.length === 0 || wanted.includes(name)) && existsSync(path.join(root, entry)));
const entryPoints = built.map(([name, entry]) => ({ in: path.join(root, entry), out: `${name}/program` }));

await build({
  absWorkingDir: root,
  entryPoints,
  outdir: "dist",
  bundle: true,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  format: "esm",
  platform: "node",
  target: "node24",
  packages: "external",
  sourcemap: true,
  tsconfig: "tsconfig.base.json",
  loader: { ".lua": "text", ".sql": "text" },
  logLevel: "warning",
});

for (const [name] of built) writeFileSync(path.join(root, "dist", name, "main.js"), launcherText("program"));
