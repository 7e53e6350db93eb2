import { cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ReplayReport } from "@leverframe/policy";
import { createStageApp, type StageApp } from "@leverframe/nest";
import { STAGE_MODULES } from "@leverframe/standalone";
import { decisionRowsOf, Installation, requestOf, ROOT, type TestClient } from "../../../../../test/support/installation";
import { type Simulator, startSimulator } from "../../../../../test/support/simulator";
import { runCommandLine } from "../../program";
import { capturedTerminal } from "../../testing/captured-terminal";
import { withTemporaryFolder } from "../../testing/temporary-installation";

/** Named and unnamed routes, one that falls back, a refusal by policy, a refusal before it, a long answer. */
const REQUESTS = [
  requestOf({ text: "Summarise in one sentence: the shop opens at nine." }),
  requestOf({ department: "R&D", route: "code", taskType: "coding", text: "Write a function that adds two numbers." }),
  requestOf({ department: "Marketing", route: "drafts", text: "A slogan for a shop that opens at nine." }),
  requestOf({ department: "Sales", route: "code", taskType: "chat", text: "How are you?" }),
  requestOf({ department: "Legal", text: "What does a clause on delivery usually say?", maxOutputTokens: 2_000 }),
  requestOf({ department: "HR", attributes: { dataResidency: "mars" }, text: "How do we welcome new colleagues?" }),
  requestOf({ department: "Nowhere", text: "Who am I?" }),
];

describe("policy commands on a running installation", () => {
  let simulator: Simulator;
  let installation: Installation;
  let client: TestClient;
  let app: StageApp | null = null;
  beforeAll(async () => {
    simulator = await startSimulator({ recorded: false });
    installation = await Installation.prepare({ layout: "one", simulatorUrl: simulator.url });
    // Adapters take keys from the process's own environment.
    for (const [name, value] of Object.entries(installation.env)) if (name.endsWith("_API_KEY")) process.env[name] = value;
    client = await installation.client();
    await client.provision();
    await client.watch();
    app = await createStageApp(STAGE_MODULES, { env: installation.env, overrides: { log: { level: "silent" }, policies: { watchMs: 0 } } });
    await client.send(REQUESTS);
    const ids = REQUESTS.map(({ requestId }) => requestId);
    await client.settled(ids);
    await decisionRowsOf(installation, ids);
  });
  afterAll(async () => {
    await app?.close();
    await installation?.destroy();
    await simulator?.close();
  });

  const run = async (...argv: readonly string[]) => {
    const terminal = capturedTerminal("", 200);
    const exitCode = await runCommandLine(["--data-dir", installation.dataDir, "policy", ...argv], terminal);
    return { exitCode, out: terminal.outLines.join("\n"), err: terminal.errLines.join("\n") };
  };
  const replay = async (policies: string) => {
    const { exitCode, out } = await run("replay", "--since", "1h", "--policies", policies, "--format", "json");
    return { exitCode, report: JSON.parse(out) as Omit<ReplayReport, "costNanoUsd" | "replayedCostNanoUsd"> & { costNanoUsd: string; replayedCostNanoUsd: string } };
  };

  it("replay: under the policies that decided, nothing changes, nothing is assumed, and every call costs what it cost", async () => {
    const { exitCode, report } = await replay(path.join(ROOT, "policies"));
    expect(report).toMatchObject({ decisions: REQUESTS.length, skipped: 1, unchanged: REQUESTS.length - 1, stateAssumed: 1, namingAssumed: 0, changedRoutes: 0, examples: [] });
    expect(BigInt(report.costNanoUsd)).toBeGreaterThan(0n);
    expect(report.replayedCostNanoUsd).toBe(report.costNanoUsd);
    expect(exitCode).toBe(0);
  });

  it("replay: under others it says exactly who would be answered otherwise", () =>
    withTemporaryFolder(async (folder) => {
      const changed = path.join(folder, "policies");
      cpSync(path.join(ROOT, "policies"), changed, { recursive: true });
      writeFileSync(path.join(changed, "rules/zz-more.yaml"), `rules:\n  - { id: no-drafts, why: the team asked for it, forbid: all, when: { department: Marketing } }\n`);
      const { exitCode, report } = await replay(changed);
      expect(report).toMatchObject({ newlyRefused: 1, newlyPermitted: 0, unchanged: REQUESTS.length - 2, examples: [{ kind: "newly_refused", department: "Marketing", from: "drafts" }] });
      expect(exitCode).toBe(1);
    }));

  it("status: names the instance that decides, since when and by whom, and forgets one that has stopped", async () => {
    const running = await run("status", "--format", "json");
    expect(running.exitCode).toBe(0);
    const { same, instances } = JSON.parse(running.out) as { same: boolean; instances: { policyVersion: string; actor: string; since: number }[] };
    expect([same, instances.length]).toEqual([true, 1]);
    expect(instances[0]!.policyVersion).toBe((await client.decisionOn(REQUESTS[0]!.requestId)).policyVersion);
    expect(instances[0]!.actor).not.toBe("");
    expect((await run("status")).out).toContain("1 instance, all with the same policy and catalog");
    await app!.close();
    app = await createStageApp(STAGE_MODULES, { env: installation.env, overrides: { log: { level: "silent" }, policies: { watchMs: 0 } } });
    const deadline = Date.now() + 120_000;
    let now = await run("status", "--format", "json");
    while ((JSON.parse(now.out) as { instances: unknown[] }).instances.length !== 1 && Date.now() < deadline) now = await run("status", "--format", "json");
    expect((JSON.parse(now.out) as { instances: unknown[] }).instances).toHaveLength(1);
  });
});
