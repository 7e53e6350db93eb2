import { decisionFixture } from "../testing/decision-fixture";
import { explainText } from "./explain-text";

const WIDTH = 110;
/** Facts are wrapped: compared with single spaces. */
const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

describe("explain", () => {
  test("tells the whole trail in the order in which it was decided", () => {
    const text = explainText(decisionFixture(), [], WIDTH);
    const titles = text.split("\n").filter((line) => /^\S/.test(line));
    expect(titles).toEqual([
      "Request 0198c0de-0000-7000-8000-000000000001: answered after 1.45 s for $0.000600",
      "WHO ASKED",
      "WHAT IT IS",
      "WHAT MAY HAPPEN",
      "ROUND 1 → oss/mistral-small",
      "ROUND 2 → openai/gpt-5.4-mini",
      "IN THE END",
    ]);
  });

  test("names identity, signals, candidates, rules, exclusions, funding, costs, checks, verdict and saving", () => {
    const text = flat(explainText(decisionFixture(), [], WIDTH));
    for (const fact of [
      "application crm", "department Sales", "user ana", "channel=email",
      "pii_contact found by email at 14–32 (medium, confidence 95 %)",
      "permitted oss/mistral-small, openai/gpt-5.4-mini", "rules answer-length, low-risk-any-model", "observed shadow:phase-out-haiku", "signed with key k1",
      "left out oss/a, oss/b (below_quality_floor)",
      "$0.002000 reserved as the worst case of oss/mistral-small 2 × $0.001000, on tenant:acme, department:acme/Sales",
      "oss/mistral-small (eu) succeeded, 450 ms, 1,204 → 310 tokens, $0.000200",
      "✗ required_sections: missing sections: `Risks`", "verdict escalate",
      "answered by openai/gpt-5.4-mini", "$0.000600 in 2 calls and 1 escalation",
      "$0.006000, so $0.005400 saved (90 %)",
    ]) expect(text).toContain(fact);
  });

  test("tells a second opinion from a plan, and what was said from what the rules had found", () => {
    const fixture = decisionFixture();
    const [first, second] = fixture.rounds;
    const opinion = { status: "given", reason: "", classifier: "opinion-1:oss/mistral-small", riskClass: "medium" as const, taskType: "summarise", confidence: 0.8, rulesRiskClass: "low" as const, rulesTaskType: "chat", rulesTaskConfidence: 0.5 };
    const decision = { ...fixture, classification: { ...fixture.classification!, opinion }, rounds: [{ ...first!, opinionPermit: fixture.permit }, second!] };
    const text = flat(explainText(decision, [], WIDTH));
    expect(text).toContain("SECOND OPINION → oss/mistral-small");
    expect(text).toContain("ROUND 1 → openai/gpt-5.4-mini");
    expect(text).toContain("second opinion opinion-1:oss/mistral-small said summarise (confidence 80 %) at risk medium; the rules had found chat (confidence 50 %) at risk low");
    expect(text).toContain("in 2 calls and 0 escalations");
    const declined = { ...decision, classification: { ...decision.classification, opinion: { ...opinion, status: "declined", reason: "`department:acme/Sales` has $0 left" } } };
    expect(flat(explainText(declined, [], WIDTH))).toContain("second opinion declined: `department:acme/Sales` has $0 left");
  });

  test("a refusal before any policy was asked says why, and claims nothing about what came after", () => {
    const refusal = { code: "identity_mismatch", message: "`tenant` is `globex`, but application `crm` may act for acme alone", rules: [], candidates: [] };
    const decision = { ...decisionFixture(), status: "refused" as const, refusal, classification: null, permit: null, permitted: [], rules: [], rounds: [], policyVersion: "", catalogVersion: "", costNanoUsd: 0n, baselineNanoUsd: 0n, success: false };
    const text = flat(explainText(decision, [], WIDTH));
    expect(text).toContain("refused (identity_mismatch)");
    expect(text).toContain("identity_mismatch: `tenant` is `globex`, but application `crm` may act for acme alone");
    expect(text).not.toMatch(/ROUND|WHAT IT IS|always premium|versions/);
  });

  test("shows what the ledger did, and keeps to the width", () => {
    const line = { entryId: "e", sequence: 1, kind: "reserved", status: "created", attemptId: null, amountMicroUsd: 2_000, costNanoUsd: 0n, at: "2026-07-01 09:30:00.000000" };
    const text = explainText(decisionFixture(), [line], WIDTH);
    expect(flat(text)).toContain("WHAT THE LEDGER DID reserved $0.002000, created, 2026-07-01 09:30:00");
    for (const one of text.split("\n").filter((each) => each.startsWith(" "))) expect(one.length).toBeLessThanOrEqual(WIDTH);
  });
});
