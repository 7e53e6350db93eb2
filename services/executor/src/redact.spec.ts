import fc from "fast-check";
import { identifiersIn } from "@leverframe/classification";
import type { Output } from "@leverframe/events";
import { type ChatPrompt, inputTokensBound, type Tool } from "@leverframe/prompt";
import { createRedact, type Redacted, VALUES_MAX } from "@leverframe/redaction";

const redact = createRedact(identifiersIn);
const ALL = ["pii_contact", "pii_financial", "pii_identity", "health_ids", "secret"];
const user = (content: string): ChatPrompt => ({ messages: [{ role: "user", content }] });
const terms = (redactable: readonly string[] = ALL, responsePolicies: readonly string[] = []) => ({ redact: redactable, responsePolicies });
const sent = (prompt: ChatPrompt, over = terms(), outputSchema: string | null = null): Redacted => {
  const redacted = redact(prompt, outputSchema, over);
  if ("code" in redacted) throw new Error(redacted.message);
  return redacted;
};
const textOf = (prompt: ChatPrompt, over = terms()): string => sent(prompt, over).prompt.messages[0]!.content;
const output = (text: string, over: Partial<Output> = {}): Output => ({ text, finishReason: "stop", refused: false, toolCalls: [], ...over });
const KEY = `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEowIBAAKCAQEA7Zx9\n".repeat(8)}-----END RSA PRIVATE KEY-----`;

describe("what a provider gets to read", () => {
  it.each<[string, string, string]>([
    ["an e-mail address", "write to anna.schmidt@example.com today", "write to [EMAIL_1] today"],
    ["the same one twice, and another", "anna.schmidt@example.com, bob.miller@example.com, anna.schmidt@example.com", "[EMAIL_1], [EMAIL_2], [EMAIL_1]"],
    ["a phone number", "call +49 30 901820 now", "call [PHONE_1] now"],
    ["a card", "card 4111 1111 1111 1111 declined", "card [CARD_1] declined"],
    ["an IBAN", "to DE89 3704 0044 0532 0130 00 please", "to [IBAN_1] please"],
    ["a date of birth", "born on 12.03.1980 in Ulm", "born on [B1] in Ulm"],
    ["a passport number, also where nothing says what it is", "passport X1234567; again: X1234567", "passport [T1]; again: [T1]"],
    ["a record number", "patient 00482913 was seen", "patient [R1] was seen"],
    ["a private key to its last line", `here: ${KEY} thanks`, "here: [SECRET_1] thanks"],
    ["a private key whose end is missing", KEY.slice(0, 120), "[SECRET_1]"],
    ["a password", "password: hunter2hunter2", "password: [SECRET_1]"],
    ["what is too short for a telling placeholder", "mail a@b.co", "mail [E1]"],
    ["a code as short as the shortest placeholder", "diagnosis E11", "diagnosis [a]"],
    ["a placeholder that was there before", "[EMAIL_1] is not anna.schmidt@example.com", "[EMAIL_1] is not [EMAIL_2]"],
    ["nothing", "just a text about 12 apples", "just a text about 12 apples"],
  ])("holds no identifier: %s", (_name, before, after) => {
    expect(textOf(user(before))).toBe(after);
  });

  it("is nothing at all where a kind is to be redacted that nobody here knows", () => {
    expect(redact(user("anna.schmidt@example.com"), null, terms(["pii_contact", "dna_sequences"]))).toMatchObject({ code: "redaction_failed", message: expect.stringContaining("`dna_sequences`") });
  });

  it("keeps what no obligation names", () => {
    const text = "anna.schmidt@example.com pays with 4111 1111 1111 1111";
    expect(textOf(user(text), terms(["pii_financial"]))).toBe("anna.schmidt@example.com pays with [CARD_1]");
    expect(sent(user(text), terms([])).prompt.messages[0]!.content).toBe(text);
  });

  it("holds none in any part: system, turns, text parts, tool results, tool calls and descriptions", () => {
    const mail = "anna.schmidt@example.com";
    const tool: Tool = { name: "crm", description: `as ${mail} does`, parameters: { type: "object" } };
    const prompt: ChatPrompt = {
      messages: [
        { role: "system", content: `you serve ${mail}` },
        { role: "user", content: `I am\n${mail}`, parts: [{ type: "text", text: "I am" }, { type: "text", text: mail }] },
        { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "crm", arguments: `{"to":"\\u0061nna.schmidt@example.com","note":"a\\n${mail}","card":4111111111111111}` }] },
        { role: "tool", toolCallId: "c1", content: `{"owner":"${mail}","iban":"DE89370400440532013000"}` },
      ],
      tools: [tool],
    };
    const { prompt: redacted, replaced } = sent(prompt);
    const bytes = JSON.stringify(redacted);
    expect(bytes).not.toContain(mail);
    expect(bytes).not.toContain("4111111111111111");
    expect(bytes).not.toContain("DE89370400440532013000");
    expect(replaced).toBe(8);
    const [call] = redacted.messages[2]!.toolCalls!;
    expect(JSON.parse(call!.arguments)).toEqual({ to: "[EMAIL_1]", note: "a\n[EMAIL_1]", card: "[CARD_1]" });
    expect(JSON.parse(redacted.messages[3]!.content)).toEqual({ owner: "[EMAIL_1]", iban: "[IBAN_1]" });
    expect(redacted.messages[1]).toMatchObject({ content: "I am\n[EMAIL_1]", parts: [{ text: "I am" }, { text: "[EMAIL_1]" }] });
  });

  it("finds what the classifier finds over the end of a message", () => {
    const prompt: ChatPrompt = { messages: [{ role: "user", content: "the passport number follows" }, { role: "user", content: "X1234567" }] };
    expect(sent(prompt).prompt.messages[1]!.content).toBe("[T1]");
  });
});

describe("what cannot be redacted is not sent", () => {
  const image = { mediaType: "image/png", data: "AAAA" } as const;
  const mail = (index: number): string => `person${index}@example.com`;
  it.each<[string, ChatPrompt, string | null, RegExp]>([
    ["a picture", { messages: [{ role: "user", content: "", parts: [{ type: "image", image }] }] }, null, /holds a picture/],
    ["an identifier in the output schema", user("hi"), '{"enum":["anna.schmidt@example.com"]}', /`outputSchema` holds an identifier/],
    ["an identifier in a tool's parameters", { ...user("hi"), tools: [{ name: "crm", description: null, parameters: { default: "anna@example.com" } }] }, null, /parameters of tool `crm`/],
    ["more different values than are looked for", user(Array.from({ length: VALUES_MAX + 1 }, (_, at) => mail(at)).join(" ")), null, /more than 1000 different identifiers/],
    ["more hits than are found", user("x@example.com ".repeat(10_001)), null, /more identifiers than can be redacted/],
    ["codes shorter than any placeholder", user(Array.from({ length: 90 }, (_, at) => `diagnosis ${String.fromCharCode(65 + (at % 9))}${10 + at}`).join("\n")), null, /longer than what is reserved/],
  ])("%s", (_name, prompt, schema, cause) => {
    const redacted = redact(prompt, schema, terms());
    expect(redacted).toMatchObject({ code: "redaction_failed", message: expect.stringMatching(cause) });
  });
});

describe("answers", () => {
  const { restore } = sent(user('anna.schmidt@example.com, password: hun"ter2hunter2'));

  it("get their values back, also in JSON and in what tools are asked for", () => {
    expect(restore(output("Dear [EMAIL_1]")).text).toBe("Dear anna.schmidt@example.com");
    expect(restore(output("[EMAIL_2] [1] [EMAIL_1")).text).toBe("[EMAIL_2] [1] [EMAIL_1");
    const call = { id: "1", name: "send", arguments: '{"to":"[EMAIL_1]"}' };
    expect(restore(output("", { toolCalls: [call] })).toolCalls[0]!.arguments).toBe('{"to":"anna.schmidt@example.com"}');
  });

  it("do not where a policy forbids that it stands there", () => {
    const kept = sent(user("anna.schmidt@example.com, password: hunter2hunter2"), terms(ALL, ["no_pii"]));
    expect(kept.restore(output("[EMAIL_1] [SECRET_1]")).text).toBe("[EMAIL_1] hunter2hunter2");
    const secret = sent(user("anna.schmidt@example.com, password: hunter2hunter2"), terms(ALL, ["no_secrets"]));
    expect(secret.restore(output("[EMAIL_1] [SECRET_1]")).text).toBe("anna.schmidt@example.com [SECRET_1]");
  });

  it("grow by a bounded length", () => {
    const long = sent(user(`password: ${"hunter2".repeat(28)}`));
    expect(long.restore(output("[SECRET_1]".repeat(40_000))).text.length).toBeLessThan(800_000);
  });
});

describe("redaction as a whole", () => {
  const mail = fc.tuple(fc.stringMatching(/^[a-z]{1,12}$/), fc.stringMatching(/^[a-z]{2,9}$/)).map(([local, host]) => `${local}@${host}.org`);
  const value = fc.oneof(mail, fc.constantFrom("4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "+49 30 901820", "756.9217.0769.85", "AKIAIOSFODNN7EXAMPLQ", "078-05-1120"));
  const prose = fc.stringMatching(/^[ a-zA-Zäé.,:0-9"{}[\]\\n]{0,24}$/).map((text) => ` ${text} `);
  const prompts = fc.array(fc.tuple(prose, value, prose), { minLength: 1, maxLength: 12 });

  it("leaves no identifier that was found, is never longer, and comes back as it was", () => {
    fc.assert(
      fc.property(prompts, (pieces) => {
        const text = pieces.flat().join(" ");
        const found = identifiersIn(text)!;
        const { prompt, restore } = sent(user(text));
        const left = prompt.messages[0]!.content;
        for (const { start, end } of found) expect(left.split(/[\s,;]+/)).not.toContain(text.slice(start, end));
        for (const [, planted] of pieces) if (found.some(({ start, end }) => text.slice(start, end) === planted)) expect(` ${left} `).not.toContain(` ${planted} `);
        expect(inputTokensBound(prompt, null)).toBeLessThanOrEqual(inputTokensBound(user(text), null));
        expect(restore(output(left)).text).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it("takes hostile megabytes in time that grows with their length alone", () => {
    const hostile = ["a.".repeat(400_000) + "@b.co", "-----BEGIN PRIVATE KEY".repeat(40_000), "[EMAIL_1".repeat(100_000), "+1 ".repeat(300_000), "a@b.co\n".repeat(9_000) + "x".repeat(900_000), '{"a":"'.repeat(150_000), "a.a.a.a.a.a.a.a@b.co " + "a.a.a.a.a.a.a.b".repeat(60_000)];
    for (const text of hostile) {
      const answer = redact({ messages: [{ role: "tool", toolCallId: "1", content: text }] }, null, terms());
      expect("code" in answer ? answer.code : typeof answer.replaced).toMatch(/redaction_failed|number/);
    }
  });
});
