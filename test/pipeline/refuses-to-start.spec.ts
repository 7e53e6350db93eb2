import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Installation, ROOT, type ServiceProcess } from "../support/installation";

const EXIT_WITHIN_MS = 120_000;

describe("a process that cannot do its work", () => {
  const policies = mkdtempSync(path.join(tmpdir(), "leverframe-broken-policies-"));
  afterAll(() => rmSync(policies, { recursive: true, force: true }));

  async function started(service: string, options: { policiesDir?: string; env?: Record<string, string> }): Promise<{ code: number | null; log: string }> {
    const installation = await Installation.prepare({ layout: "split", simulatorUrl: "http://127.0.0.1:1", ...options });
    try {
      const process: ServiceProcess = installation.service(service);
      await process.launch();
      return { code: await process.ended(EXIT_WITHIN_MS), log: process.log() };
    } finally {
      await installation.destroy();
    }
  }

  it.each(["classifier", "policy-gate", "selector", "budget-ledger", "executor", "evaluator"])(
    "I6 determinism: %s does not start on an invalid policy set, and says where it is wrong",
    async (service) => {
      const policiesDir = path.join(policies, service);
      cpSync(path.join(ROOT, "policies"), policiesDir, { recursive: true });
      appendFileSync(path.join(policiesDir, "rules", "platform.yaml"), "  - id: answer-length\n    forbid: { modle: gpt-5.4 }\n");
      const { code, log } = await started(service, { policiesDir });
      expect(code).toBe(1);
      expect(log).toMatch(/rules\/platform\.yaml:\d+:\d+: .*`modle`/);
    },
  );

  it("I6 determinism: nor without any policy", async () => {
    const { code, log } = await started("policy-gate", { policiesDir: path.join(policies, "classifier", "cases") });
    expect(code).toBe(1);
    expect(log).toContain("not valid");
  });

  it("a bad setting is refused by its key, its value and what was expected", async () => {
    const { code, log } = await started("selector", { env: { LEVERFRAME_RECORD_BYTES_MAX: "many" } });
    expect(code).toBe(1);
    expect(log).toMatch(/`recordBytesMax` is `many` \(set by LEVERFRAME_RECORD_BYTES_MAX\), expected /);
  });
});
