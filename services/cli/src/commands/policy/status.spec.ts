import type { InstancePolicy } from "@leverframe/analytics";
import { runCommandLine } from "../../program";
import { capturedTerminal } from "../../testing/captured-terminal";
import { withTemporaryFolder } from "../../testing/temporary-installation";
import { statusOutcome } from "./status";

const instance = (over: Partial<InstancePolicy> = {}): InstancePolicy => ({
  instance: "host.1.a", policyVersion: "f".repeat(64), catalogVersion: "c".repeat(64), since: 1_773_576_000_000_000, actor: "Ann <ann@acme.test>", actorSource: "git", commit: "c0ffee", gitRef: "main", refused: null, ...over,
});

describe("leverframe policy status", () => {
  it("shows the version of each instance, since when and by whom", () => {
    const { text, hasFindings } = statusOutcome([instance(), instance({ instance: "host.2.b" })], 200);
    expect(hasFindings).toBe(false);
    expect(text).toContain("host.1.a  ffffffffffff  cccccccccccc  2026-03-15 12:00:00 UTC  Ann <ann@acme.test> (git)  main c0ffee");
    expect(text).toContain("2 instances, all with the same policy and catalog");
  });

  it("finds instances that differ, also in their catalog alone, and those that refused a set", () => {
    for (const over of [{ policyVersion: "e" }, { catalogVersion: "e" }]) {
      const { text, json, hasFindings } = statusOutcome([instance(), instance({ instance: "host.2.b", ...over })], 200);
      expect([hasFindings, (json as { same: boolean }).same]).toEqual([true, false]);
      expect(text).toContain("2 instances that differ: 2 combinations of policy and catalog are active");
    }
    const { text, hasFindings } = statusOutcome([instance({ refused: "rules.yaml:3:1: no" })], 200);
    expect(hasFindings).toBe(true);
    expect(text).toContain("1 instance refused a newer set");
  });

  it("says so when nobody has spoken", () =>
    withTemporaryFolder(async (folder) => {
      const terminal = capturedTerminal("");
      expect(await runCommandLine(["policy", "status", "--data-dir", folder], terminal)).toBe(0);
      expect(terminal.outLines.join("\n")).toBe("no instance has spoken of its policy");
    }));
});
