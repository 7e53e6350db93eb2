import { identifiersIn } from "@leverframe/classification";
import { keepTo, type MaskText } from "@leverframe/evaluation";
import type { Output } from "@leverframe/events";
import { RESPONSE_POLICIES, type ResponsePolicy } from "@leverframe/permit";
import { maskIdentifiers } from "@leverframe/redaction";

const mask: MaskText = (text, kinds) => maskIdentifiers(text, kinds, identifiersIn);
const output = (text: string, over: Partial<Output> = {}): Output => ({ text, finishReason: "stop", refused: false, toolCalls: [], ...over });
const keep = (policies: readonly string[], out: Output | string, language = "en") => keepTo(policies, typeof out === "string" ? output(out) : out, language, mask);

describe("policies that mask", () => {
  it("no_pii: no identifier of a person leaves, in text or in what a tool is asked", () => {
    const call = { id: "1", name: "send", arguments: '{"to":"anna.schmidt@example.com","card":4111111111111111}' };
    const { output: kept, checks, withheld } = keep(["no_pii"], output("Anna (anna.schmidt@example.com) was born on 12.03.1980.", { toolCalls: [call] }));
    expect(kept.text).toBe("Anna ([EMAIL]) was born on [BIRTHDATE].");
    expect(JSON.parse(kept.toolCalls[0]!.arguments)).toEqual({ to: "[EMAIL]", card: "[CARD]" });
    expect(checks).toEqual([{ check: "no_pii", passed: true, reason: "4 masked" }]);
    expect(withheld).toBe(false);
  });

  it("no_secrets: no credential leaves, and other things stay", () => {
    expect(keep(["no_secrets"], "Use password: hunter2hunter2 for anna@example.com").output.text).toBe("Use password: [SECRET] for anna@example.com");
  });

  it("leave JSON valid and an answer without identifiers alone", () => {
    expect(JSON.parse(keep(["no_pii"], '{"mail":"anna@example.com"}').output.text)).toEqual({ mail: "[EMAIL]" });
    const plain = output("nothing here");
    expect(keep(["no_pii", "no_secrets"], plain).output).toBe(plain);
  });

  it("withhold an answer that holds too many to find", () => {
    expect(keep(["no_pii"], "x@example.com ".repeat(10_001))).toMatchObject({ withheld: true, checks: [{ passed: false }] });
  });
});

describe("policies that block", () => {
  it.each<[ResponsePolicy, string, boolean]>([
    ["no_commitments", "We guarantee delivery by Friday.", false],
    ["no_commitments", "We will refund the full amount.", false],
    ["no_commitments", "You will receive a full refund within a week.", false],
    ["no_commitments", "Wir garantieren die Lieferung bis Freitag.", false],
    ["no_commitments", "Wir werden Ihnen den Betrag erstatten.", false],
    ["no_commitments", "Nous vous garantissons un remplacement.", false],
    ["no_commitments", "Le garantizamos un reembolso.", false],
    ["no_commitments", "We do not guarantee delivery dates, and cannot promise a refund.", true],
    ["no_commitments", "Wir garantieren dafür nicht.", true],
    ["no_commitments", "No garantizamos fechas de entrega.", true],
    ["no_commitments", "A refund is decided by the billing team, who will get back to you.", true],
    ["no_diagnosis", "You probably have a viral infection.", false],
    ["no_diagnosis", "The most likely diagnosis is asthma.", false],
    ["no_diagnosis", "Sie haben wahrscheinlich eine Lungenentzündung.", false],
    ["no_diagnosis", "Die Diagnose lautet Asthma.", false],
    ["no_diagnosis", "Vous souffrez d'une bronchite.", false],
    ["no_diagnosis", "Usted tiene probablemente una infección.", false],
    ["no_diagnosis", "If you have a question about the disease, ask your doctor.", true],
    ["no_diagnosis", "The patient was discharged after two days; an HbA1c value shows blood sugar over months.", true],
    ["cite_sources", "Sales rose by 4 % [1].", true],
    ["cite_sources", "See https://example.com/report.", true],
    ["cite_sources", "As shown before (Miller et al., 2021).", true],
    ["cite_sources", "Sales rose.\n\nSources: annual report", true],
    ["cite_sources", "Sales rose by 4 % (which is a lot).", false],
    ["cite_clauses", "The supplier may terminate under clause 4.2.", true],
    ["cite_clauses", "Siehe § 5 und Artikel 12.", true],
    ["cite_clauses", "La cláusula 3 lo prohíbe.", true],
    ["cite_clauses", "This section is about civil matters and clauses in general.", false],
  ])("%s: %s → %s", (policy, text, passes) => {
    const { checks, withheld } = keep([policy], text);
    expect(checks).toHaveLength(1);
    expect({ passed: checks[0]?.passed, withheld }).toEqual({ passed: passes, withheld: !passes });
  });

  it("say where and not what: reasons stand on decisions, which hold no text of answers", () => {
    const [check] = keep(["no_commitments"], "Dear Ms Abendroth, we guarantee it.").checks;
    expect(check?.reason).toBe("the answer says what it must not, at character 19");
  });

  it("demand nothing of a refusal or of a call of tools", () => {
    expect(keep(["cite_sources"], output("", { refused: true })).withheld).toBe(false);
    expect(keep(["cite_sources"], output("", { toolCalls: [{ id: "1", name: "f", arguments: "{}" }] })).withheld).toBe(false);
    expect(keep(["no_commitments"], output("We guarantee it.", { refused: true })).withheld).toBe(true);
  });

  it("withhold for a policy that this process does not know", () => {
    expect(keep(["no_irony"], "fine")).toMatchObject({ withheld: true, checks: [{ check: "no_irony", passed: false }] });
  });
});

describe("policies that append", () => {
  it("add a sentence in the answer's language, once", () => {
    expect(keep(["ai_disclosure"], "Guten Tag.", "de").output.text).toBe("Guten Tag.\n\nDiese Antwort wurde von einem KI-System verfasst.");
    expect(keep(["ai_disclosure"], "Dzień dobry.", "pl").output.text).toBe("Dzień dobry.\n\nThis answer was written by an AI system.");
    const once = keep(["not_legal_advice"], "Ja.", "de").output;
    expect(keep(["not_legal_advice"], once, "de").output).toBe(once);
  });

  it("leave JSON, refusals and calls of tools as they are, and say so", () => {
    for (const out of [output('{"a":1}'), output("no", { refused: true }), output("", { toolCalls: [{ id: "1", name: "f", arguments: "{}" }] })]) {
      const { output: kept, checks } = keep(["not_medical_advice"], out);
      expect(kept).toBe(out);
      expect(checks).toEqual([{ check: "not_medical_advice", passed: true, reason: "not added: the answer is no prose" }]);
    }
  });
});

describe("response policies", () => {
  it("are all carried out: each says something about an answer that breaks it", () => {
    const broken = "You have a bad infection, we guarantee it: anna@example.com, password: hunter2hunter2.";
    const names = Object.keys(RESPONSE_POLICIES);
    const { checks } = keep(names, broken);
    expect(checks.map(({ check }) => check).sort()).toEqual([...names].sort());
    for (const { check, passed, reason } of checks) expect([check, passed, reason]).not.toEqual([check, true, ""]);
  });

  it("take hostile megabytes in time that grows with their length alone", () => {
    for (const text of ["you have ".repeat(100_000), "wir werden ihnen ".repeat(60_000), "(Aaaa ".repeat(150_000), "[".repeat(1_000_000), "you have a-a-a-a-".repeat(60_000)]) {
      expect(keep(Object.keys(RESPONSE_POLICIES), text).checks).toHaveLength(9);
    }
  });
});
