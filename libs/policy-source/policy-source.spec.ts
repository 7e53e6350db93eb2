import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hash } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";
import { CHECK_NAMES } from "@leverframe/evaluation";
import { openPolicyFolder } from "./policy-source";

const digest = (data: string | Uint8Array) => hash("sha256", data, "hex");
const SHIPPED = path.resolve(import.meta.dirname, "../../policies");

describe("the policy folder", () => {
  it("compiles the shipped set", () => {
    const set = openPolicyFolder(SHIPPED, { digest, checkNames: CHECK_NAMES }).current();
    expect(set.version).toMatch(/^[0-9a-f]{64}$/);
    expect(set.catalog.deployments.length).toBeGreaterThan(4);
  });

  it("moves providers to other addresses without another catalog version", () => {
    const shipped = openPolicyFolder(SHIPPED, { digest, checkNames: CHECK_NAMES }).current();
    const moved = openPolicyFolder(SHIPPED, { digest, checkNames: CHECK_NAMES, baseUrls: ["openai=http://127.0.0.1:1/v1"] }).current();
    expect(moved.catalog.version).toBe(shipped.catalog.version);
    for (const { provider } of moved.catalog.deployments) expect(provider.baseUrl === "http://127.0.0.1:1/v1").toBe(provider.id === "openai");
    expect(() => openPolicyFolder(SHIPPED, { digest, checkNames: CHECK_NAMES, baseUrls: ["opnai=http://x"] })).toThrow(/provider `opnai` is not in the catalog, expected one of .*openai/);
  });

  it("I6 fails closed: a folder that is none, or not valid, is refused with file, line and column", () => {
    expect(() => openPolicyFolder("/nowhere", { digest, checkNames: CHECK_NAMES })).toThrow(/`\/nowhere` cannot be read/);
    const folder = mkdtempSync(path.join(tmpdir(), "policies-"));
    try {
      cpSync(SHIPPED, folder, { recursive: true });
      writeFileSync(path.join(folder, "rules.yaml"), "rules:\n  - id: x\n    forbud: {}\n");
      expect(() => openPolicyFolder(folder, { digest, checkNames: CHECK_NAMES })).toThrow(/rules\.yaml:3:5/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
