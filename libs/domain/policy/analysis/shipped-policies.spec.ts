import { createHash } from "node:crypto";
import { compilePolicySet } from "../index";
import { readPolicyFolder } from "../testing/policy-folder";
import { audit } from "./audit";
import { mutate } from "./mutate";

const digest = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const files = readPolicyFolder("policies");
const checkNames = ["non_empty", "not_refused", "complete", "json_schema", "required_sections"];

describe("the shipped policies", () => {
  const { ok } = compilePolicySet(files, digest, { checkNames });
  if (ok === null) throw new Error("the shipped policies do not compile");
  const { proofs, cases, lint } = audit(ok, files, digest, { checkNames });

  it("seed question: enforcement is proven, not hoped for: every proof holds, and none of them is about no request at all", () => {
    expect(proofs.filter(({ proved, vacuous }) => !proved || vacuous).map(({ proof }) => proof.name)).toEqual([]);
    expect(proofs.length).toBeGreaterThan(5);
  });

  it("lint finds nothing that is not acknowledged, and every acknowledgement is needed", () => {
    expect(lint.findings.filter(({ acknowledged }) => acknowledged === null).map(({ message }) => message)).toEqual([]);
    expect(lint.stale).toEqual([]);
  });

  it("all cases hold, and notice every mistake in a rule that can be noticed", () => {
    expect(cases.filter(({ problems }) => problems.length > 0)).toEqual([]);
    const { score, survivors } = mutate(ok);
    expect(survivors.map(({ mutant }) => `${mutant.rule}: ${mutant.what}`)).toEqual([]);
    expect(score).toBe(1);
  });
});
