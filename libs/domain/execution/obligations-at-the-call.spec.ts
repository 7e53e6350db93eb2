import { encodePermit } from "@leverframe/permit";
import { createGovernedCall } from "./governed-call";
import type { RedactPrompt } from "./redact-prompt";
import { ProviderError } from "./provider-error";
import { A, benchOf, fundedOf, NEVER, OBLIGATIONS, permitOf, planned, request, signedBytes } from "./testing/fixtures";

const obliged = permitOf({ obligations: { ...OBLIGATIONS, redact: ["pii_contact"], responsePolicies: ["cite_sources"] } });
/** Stands for the redaction room: takes one word out, and puts it back. */
const LEVER: RedactPrompt = (prompt, _schema, { redact }) => ({
  prompt: redact.length === 0 ? prompt : { messages: prompt.messages.map((one) => ({ ...one, content: one.content.replace("lever", "[A_1]") })) },
  restore: (output) => ({ ...output, text: output.text.replace("[A_1]", "lever") }),
});

describe("I1 what must be redacted reaches no provider", () => {
  it("sends the redacted prompt on every attempt, and answers about the prompt that was asked", async () => {
    const script = [{ error: new ProviderError("overloaded", "busy") }, { answer: { text: "An [A_1] frame interlocks." } }];
    const { run, adapter } = benchOf({ script, redact: LEVER });
    const { output, failure } = await run(fundedOf(obliged), NEVER);
    expect(failure).toBeNull();
    expect(output?.text).toBe("An lever frame interlocks.");
    expect(adapter.calls.length).toBe(2);
    for (const { messages } of adapter.calls) expect(messages[0]?.content).toBe("What does a [A_1] frame do?");
  });

  it("keeps the answer as the model wrote it, and restores a kept one to the same", async () => {
    const first = benchOf({ script: [{ answer: { text: "[A_1]" } }], redact: LEVER });
    const before = await first.run(fundedOf(obliged), NEVER);
    expect(Buffer.from([...first.store.attempts.values()][0]?.finish?.outcome ?? []).toString()).not.toContain("lever");
    const again = benchOf({ store: first.store, redact: LEVER });
    expect(await again.run(fundedOf(obliged), NEVER)).toEqual(before);
    expect(again.adapter.calls).toEqual([]);
  });

  it("makes no call when a prompt cannot be redacted, and says why", async () => {
    const { run, adapter } = benchOf({ redact: () => ({ code: "redaction_failed", message: "not sent: a picture" }) });
    expect(await run(fundedOf(obliged), NEVER)).toMatchObject({ output: null, attempts: [], failure: { code: "redaction_failed", message: "not sent: a picture" } });
    expect(adapter.calls).toEqual([]);
  });

  it("makes no call for an order that was not redacted as its permit says", async () => {
    const bench = benchOf();
    const { permit, meta, origin } = fundedOf(obliged);
    const { maxOutputTokens, worstCaseNanoUsd } = planned(A.id);
    const order = {
      permit, requestId: meta.requestId, tenant: origin.tenant, requestDigest: origin.requestDigest, receivedAtMicros: origin.receivedAt,
      deadlineAtMicros: origin.deadlineAt, round: 0, ordinal: 0, candidate: A.id, deployment: A, messages: [{ role: "user" as const, content: "hi" }],
      temperature: request.temperature, outputSchema: null, inputTokensMax: 100, maxOutputTokens, worstCaseNanoUsd,
    };
    const call = createGovernedCall(bench.deps);
    for (const redacted of [[], ["secret"]]) {
      expect(await call({ ...order, redacted }, NEVER)).toMatchObject({ kept: null, failure: { code: "redaction_failed" } });
    }
    expect(bench.adapter.calls).toEqual([]);
    expect(await call({ ...order, redacted: ["pii_contact", "secret"] }, NEVER)).toMatchObject({ failure: null });
  });
});

describe("I1 an obligation that this executor does not know", () => {
  // As a newer policy gate may sign them: an executor of before must not carry out what it does not understand.
  it.each([
    [{ redact: ["dna_sequences"] }, "redact: dna_sequences"],
    [{ responsePolicies: ["no_poetry"] }, "responsePolicies: no_poetry"],
    [{ noFallbackOn: ["full_moon"] }, "noFallbackOn: full_moon"],
  ])("by a name more in a list %j makes no call, and says which", async (more, told) => {
    const { run, adapter, store } = benchOf({ redact: LEVER });
    const { failure, attempts } = await run(fundedOf(permitOf({ obligations: { ...OBLIGATIONS, ...more } })), NEVER);
    expect(failure).toMatchObject({ code: "permit_invalid", message: expect.stringContaining(`\`${told}\`, which this executor does not know`) });
    expect([attempts, adapter.calls, store.attempts.size]).toEqual([[], [], 0]);
  });

  it("by a field more makes no call, and says which", async () => {
    const { run, adapter, store } = benchOf({});
    const body = JSON.parse(Buffer.from(encodePermit(permitOf())).toString()) as { obligations: object };
    const newer = { ...body, obligations: { ...body.obligations, watermark: true } };
    const permit = signedBytes(Buffer.from(JSON.stringify(newer)));
    const { failure } = await run({ ...fundedOf(), permit }, NEVER);
    expect(failure).toMatchObject({ code: "permit_invalid", message: expect.stringContaining("`obligations.watermark`") });
    expect([adapter.calls, store.attempts.size]).toEqual([[], 0]);
  });
});

describe("a cache that the policy forbids is not asked for", () => {
  it.each([[false, false], [true, undefined]])("cache: %s → adapters are told %s", async (cache, told) => {
    const { run, adapter } = benchOf();
    await run(fundedOf(permitOf({ obligations: { ...OBLIGATIONS, cache } })), NEVER);
    expect(adapter.calls.map((call) => call.cache)).toEqual([told]);
  });
});
