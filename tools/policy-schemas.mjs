/** Writes the JSON Schemas of policy files to `policies/schema/`, for editors; `--check` only says whether they are there already. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..");
const folder = path.join(root, "policies", "schema");

const bundle = path.join(root, ".cache", "policy-schemas.mjs");
await build({
  absWorkingDir: root,
  entryPoints: ["libs/domain/policy/schema/file-schemas.ts"],
  bundle: true,
  outfile: bundle,
  format: "esm",
  platform: "node",
  packages: "external",
  tsconfig: "tsconfig.base.json",
});
const { policyJsonSchemas } = await import(bundle);

const before = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
};
let stale = 0;
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(policyJsonSchemas())) {
  const wanted = `${JSON.stringify(schema, null, 2)}\n`;
  if (before(path.join(folder, name)) === wanted) continue;
  stale += 1;
  if (!process.argv.includes("--check")) writeFileSync(path.join(folder, name), wanted);
}
if (stale > 0 && process.argv.includes("--check")) {
  console.error(`${stale} schemas below policies/schema are out of date: run \`npm run policies:schemas\``);
  process.exit(1);
}
