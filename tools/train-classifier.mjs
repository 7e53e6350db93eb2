/** Learns the classifier's weights from the texts of this checkout and writes them to `libs/domain/classification/weights`. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..");
const bundle = path.join(root, ".cache", "train-classifier.mjs");
mkdirSync(path.dirname(bundle), { recursive: true });
await build({
  absWorkingDir: root,
  stdin: { contents: 'export { train } from "@leverframe/classification";\nexport { trainingSources } from "./test/evaluation/training-sources";', resolveDir: root, loader: "ts" },
  outfile: bundle,
  bundle: true,
  format: "esm",
  platform: "node",
  tsconfig: "tsconfig.base.json",
  logLevel: "warning",
});
const { train, trainingSources } = await import(pathToFileURL(bundle).href);

const { tasks, risks } = train(trainingSources(root));
for (const [name, constant, text] of [["task-weights", "TASK_WEIGHTS", tasks], ["risk-weights", "RISK_WEIGHTS", risks]]) {
  const file = path.join(root, "libs", "domain", "classification", "weights", `${name}.ts`);
  writeFileSync(file, `// Learned by \`npm run train\`. Do not edit: change what it learns from.\nexport const ${constant} = \`${text}\`;\n`);
  process.stdout.write(`${path.relative(root, file)}: ${text.split(";").length} features or so, ${text.length} bytes\n`);
}
