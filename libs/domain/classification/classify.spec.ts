import { RISK_CLASS_VALUES, type Request, type RiskClass } from "@leverframe/events";
import { writeChatPrompt } from "@leverframe/prompt";
import fc from "fast-check";
import { classify } from "./classify";

const requestOf = (text: string, over: Partial<Request> = {}): Request => ({
  requestId: "0192f0c1-0000-7000-8000-000000000001",
  idempotencyKey: null, tenant: null, department: null, user: null, route: null, taskType: null, riskClass: null,
  latencyClass: null, deadlineAt: null, attributes: {}, maxOutputTokens: null, temperature: null, outputSchema: null,
  requiredSections: [], agentRun: null, stream: false, prompt: writeChatPrompt({ messages: [{ role: "user", content: text }] }), ...over,
});
const level = (risk: RiskClass) => RISK_CLASS_VALUES.indexOf(risk);

describe("task type, language and format", () => {
  it.each([
    ["Translate this sentence into German: good morning", "translate", "en"],
    ["Summarize the key points of the meeting for the team", "summarise", "en"],
    ["Implement a function in TypeScript that parses a date", "coding", "en"],
    ["Bitte fasse zusammen, was das Dokument über die Kosten sagt", "summarise", "de"],
    ["Traduis ce texte pour le client et garde le ton", "translate", "fr"],
    ["Solve the equation and show step by step how many apples are left", "reasoning", "en"],
    ["Hello, how are you?", "chat", "en"],
    ["Escribe un eslogan para la campaña del verano", "creative", "es"],
  ])("%s → %s, %s", (text, taskType, language) => {
    expect(classify(requestOf(text))).toMatchObject({ taskType, language });
  });

  it("honours a declared task type and refuses an unknown one by name", () => {
    expect(classify(requestOf("hi", { taskType: "proposal" }))).toMatchObject({ taskType: "proposal", taskConfidence: 1 });
    expect(() => classify(requestOf("hi", { taskType: "magic" }))).toThrow(/taskType: `magic`, expected one of chat/);
  });

  it("demands the json capability where a schema is asked for", () => {
    expect(classify(requestOf("hi", { outputSchema: "{}" }))).toMatchObject({ capabilities: ["json"], outputFormat: "json" });
  });
});

describe("risk", () => {
  it.each<[string, RiskClass, string]>([
    ["Write to anna@example.com about the picnic", "medium", "email"],
    ["Charge card 4111 1111 1111 1111 today", "high", "payment-card-luhn"],
    ["Send it to DE89 3704 0044 0532 0130 00 please", "high", "iban-mod97"],
    ["Her social security number is 078-05-1120", "high", "us-ssn-context"],
    ["The discharge summary of MRN 00482913 is attached", "regulated", "medical-record-number"],
    ["key: sk-proj-abcdefghijklmnopqrstuvwx", "high", "api-secret"],
    ["Prüfe den Rechtsstreit gegen den Lieferanten", "high", "terms:legal-dispute"],
    ["Résume le dossier médical du client", "regulated", "terms:health-record"],
  ])("%s → %s by %s", (text, riskClass, recogniser) => {
    const found = classify(requestOf(text));
    expect(found.riskClass).toBe(riskClass);
    expect(found.riskSignals.map((signal) => signal.recogniser)).toContain(recogniser);
  });

  it.each([
    "Order number 4111 1111 1111 1112 has shipped",
    "Flight LH 2030 leaves at 078-05",
    "Our margins of error are wide, the marginal gain is not",
  ])("stays low for look-alikes: %s", (text) => {
    expect(classify(requestOf(text)).riskClass).toBe("low");
  });

  it("I7 risk only rises: a declared class never lowers what the rules found, and raises what they did not", () => {
    const texts = fc.constantFrom("hello there", "mail bob@example.com", "our lawsuit", "patient records of ward 3");
    fc.assert(
      fc.property(texts, fc.constantFrom(...RISK_CLASS_VALUES), (text, declared) => {
        const found = classify(requestOf(text)).riskClass;
        const declaredToo = classify(requestOf(text, { riskClass: declared })).riskClass;
        expect(level(declaredToo)).toBe(Math.max(level(found), level(declared)));
      }),
    );
  });

  it("I7 risk only rises: adding text to a prompt never lowers its class", () => {
    const text = fc.constantFrom("hello", "the patient records", "a contract", "sk-proj-abcdefghijklmnopqrstuvwx", "board of directors");
    fc.assert(
      fc.property(text, fc.string(), (risky, other) => {
        const before = level(classify(requestOf(risky)).riskClass);
        expect(level(classify(requestOf(`${risky}\n${other}`)).riskClass)).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it("keeps spans that point at the hit, and bounds their number", () => {
    const text = "mail anna@example.com now";
    const [signal] = classify(requestOf(text)).riskSignals;
    expect(text.slice(signal!.start, signal!.end)).toBe("anna@example.com");
    expect(classify(requestOf("a@b.co ".repeat(10_000))).riskSignals.length).toBeLessThan(100);
  });
});

describe("bad prompts", () => {
  it.each([
    ["", /prompt: expected UTF-8 JSON/],
    ["[]", /non-empty list `messages`/],
    ['{"messages":[{"role":"robot","content":"x"}]}', /messages\[0\]\.role: `robot`, expected one of system, user, assistant/],
    ['{"messages":[{"role":"user","content":7}]}', /messages\[0\]\.content: expected text/],
  ])("%s is refused by name", (json, message) => {
    expect(() => classify(requestOf("", { prompt: new TextEncoder().encode(json) }))).toThrow(message);
  });

  it("classifies any text without throwing, in the same way each time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        expect(classify(requestOf(text))).toEqual(classify(requestOf(text)));
      }),
    );
  });
});
