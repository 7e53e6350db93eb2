import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { ESLint } from "eslint";

const root = path.resolve(import.meta.dirname, "../..");
const BOUNDARIES = "@nx/enforce-module-boundaries";
const IMPORTS = "@typescript-eslint/no-restricted-imports";

/** Where a line would stand, the line, and the rule that must refuse it: one for each wall of ARCHITECTURE.md. */
const FORBIDDEN: readonly (readonly [wall: string, file: string, line: string, rule: string])[] = [
  ["the kernel imports nothing of the project", "libs/domain/kernel/x.ts", 'import "@leverframe/events";', BOUNDARIES],
  ["a domain room imports no other room", "libs/domain/selection/x.ts", 'import "@leverframe/policy";', BOUNDARIES],
  ["a domain room imports no adapter", "libs/domain/budget/x.ts", 'import "@leverframe/ledger";', BOUNDARIES],
  ["the domain knows no contracts", "libs/domain/decision/x.ts", 'import "@leverframe/contracts";', BOUNDARIES],
  ["the domain knows no framework", "libs/domain/policy/x.ts", 'import "@nestjs/common";', IMPORTS],
  ["the domain does no I/O", "libs/domain/policy/x.ts", 'import "node:fs";', IMPORTS],
  ["the domain reads no clock", "libs/domain/execution/x.ts", "export const at = Date.now();", "no-restricted-properties"],
  ["the domain draws no random numbers", "libs/domain/execution/x.ts", "export const at = Math.random();", "no-restricted-properties"],
  ["the domain reads no environment", "libs/domain/execution/x.ts", "export const at = process.env;", "no-restricted-globals"],
  ["the log moves bytes and knows no contracts", "libs/log/x.ts", 'import "@leverframe/contracts";', BOUNDARIES],
  ["adapters do not know each other", "libs/ledger/x.ts", 'import "@leverframe/log";', BOUNDARIES],
  ["contracts know no log", "libs/contracts/x.ts", 'import "@leverframe/log";', BOUNDARIES],
  ["Nest stays out of the adapters", "libs/providers/x.ts", 'import "@nestjs/common";', IMPORTS],
  ["rxjs stays out of the adapters", "libs/analytics/x.ts", 'import "rxjs";', IMPORTS],
  ["the transport knows no ledger", "libs/nest/x.ts", 'import "@leverframe/ledger";', BOUNDARIES],
  ["a service imports no other service", "services/selector/src/x.ts", 'import "@leverframe/executor";', BOUNDARIES],
  ["only a module holds provider adapters", "services/executor/src/x.handler.ts", 'import "@leverframe/providers";', IMPORTS],
  ["a project's only door is its index", "services/selector/src/x.ts", 'import "../../../libs/domain/kernel/ids";', BOUNDARIES],
];

/** What must stay allowed, so that the walls above are not found by refusing everything. */
const ALLOWED: readonly (readonly [what: string, file: string, line: string])[] = [
  ["a domain room imports the kernel", "libs/domain/selection/x.ts", 'import "@leverframe/kernel";'],
  ["an adapter imports its port", "libs/ledger/x.ts", 'import "@leverframe/budget";'],
  ["nest joins log and contracts", "libs/nest/x.ts", 'import "@leverframe/log";\nimport "@leverframe/contracts";'],
  ["a module of a service takes adapters", "services/executor/src/x.module.ts", 'import "@leverframe/providers";'],
  ["standalone composes services", "services/standalone/src/x.ts", 'import "@leverframe/executor";'],
];

describe("the walls", () => {
  const eslint = new ESLint({ cwd: root });
  const rulesBroken = async (file: string, text: string): Promise<readonly (string | null)[]> => {
    const [result] = await eslint.lintText(text, { filePath: path.join(root, file) });
    return result!.messages.map(({ ruleId }) => ruleId);
  };

  // Without it the Nx rule is silent: it would find nothing wrong anywhere. `npm test` and `npm run lint` make it.
  it("are known: Nx's graph of the projects is there", () => {
    const graph = path.join(root, ".nx", "workspace-data", "project-graph.json");
    if (!existsSync(graph) || statSync(graph).size === 0) throw new Error(`${graph} is missing: run \`npm run lint\``);
  });

  it.each(FORBIDDEN)("%s: lint refuses the import in %s", async (_wall, file, line, rule) => {
    expect(await rulesBroken(file, `${line}\n`)).toContain(rule);
  });

  it.each(ALLOWED)("%s: lint allows it", async (_what, file, line) => {
    expect(await rulesBroken(file, `${line}\n`)).toEqual([]);
  });
});
