import type { World } from "../world";

/** Requests that are answered, and what stands in topics and journal afterwards. */
export function answeredCases(world: () => World): void {
  it("answers a plain request and pays for it from the department's budget", async () => {
    const response = await world().ask({ department: "Sales" });
    expect(response).toMatchObject({ status: "answered", department: "Sales", candidate: "oss/mistral-small", attempts: 1, escalations: 0 });
    expect(response.output?.text).not.toBe("");
    await world().client.settled([response.requestId]);
    const entries = world().entriesOf(response.requestId);
    expect(entries.map(({ kind }) => kind)).toEqual(["reserved", "settled", "released"]);
    // The company's fiscal year, the tenant's month and day, the department's month.
    expect(entries[1]?.postings.map(({ scope }) => scope)).toEqual(["company:all", "tenant:acme", "tenant:acme", "department:acme/Sales"]);
    expect(BigInt(entries[1]!.amountMicroUsd) * 1_000n).toBeGreaterThanOrEqual(response.costNanoUsd);
    const decision = await world().client.decisionOn(response.requestId);
    expect(decision).toMatchObject({ status: "answered", success: true, costNanoUsd: response.costNanoUsd, permitted: expect.arrayContaining(["oss/mistral-small"]) });
    expect(world().callsOf(response.requestId)).toHaveLength(1);
  });

  it("answers an application on its own topic, for the departments it is bound to", async () => {
    const response = await world().ask({ department: null }, "crm");
    expect(response).toMatchObject({ status: "answered", application: "crm", department: "Sales" });
    expect(world().client.topicOfAnswer.get(response.requestId)).toMatch(/responses\.crm$/);
  });

  it("escalates an answer that violates the asked schema to a better model, with a reservation of its own", async () => {
    const response = await world().ask({ text: "Reply with the fields. [[sim:wrong-schema@mistral-small]] [[sim:difficulty=0.1]]", taskType: "chat", outputSchema: SCHEMA });
    expect(response).toMatchObject({ status: "answered", escalations: 1, attempts: 2, candidate: "oss/llama-3.3-70b-instruct" });
    expect(Object.keys(JSON.parse(response.output!.text) as object)).toEqual(["answer"]);
    await world().client.settled([response.requestId]);
    const reserved = world().entriesOf(response.requestId).filter(({ kind }) => kind === "reserved");
    expect(new Set(reserved.map(({ reservationId }) => reservationId)).size).toBe(2);
    const { rounds, success } = await world().client.decisionOn(response.requestId);
    expect(rounds.map(({ evaluation }) => evaluation?.verdict)).toEqual(["escalate", "release"]);
    expect(success).toBe(true);
  });

  it("I2 no unfunded call: what an escalation would have improved goes out degraded when the budget does not pay for it", async () => {
    const text = "Reply with the fields. [[sim:wrong-schema]]";
    const response = await world().ask({ department: "HR", text, taskType: "chat", outputSchema: SCHEMA, maxOutputTokens: 2_000 });
    expect(response).toMatchObject({ status: "answered", attempts: 1, candidate: "oss/mistral-small" });
    const { success, rounds } = await world().client.decisionOn(response.requestId);
    expect(success).toBe(false);
    expect(rounds.map(({ funding }) => funding !== null)).toEqual([true, false]);
    expect(world().callsOf(response.requestId)).toHaveLength(1);
  });

  it("falls back inside the permit when the chosen model's provider is down", async () => {
    const response = await world().ask({ taskType: "chat", text: "Hello, how are you today? [[sim:error=503@mistral-small]]" });
    expect(response).toMatchObject({ status: "answered", provider: "openai", escalations: 0 });
    const { rounds } = await world().client.decisionOn(response.requestId);
    expect(rounds[0]?.attempts.map(({ outcome }) => outcome)).toEqual(["overloaded", "overloaded", "succeeded"]);
    expect(world().callsOf(response.requestId).map(({ billedNanoUsd }) => billedNanoUsd).slice(0, 2)).toEqual(["0", "0"]);
  });
}

const SCHEMA = JSON.stringify({ type: "object", properties: { answer: { type: "string" } }, required: ["answer"], additionalProperties: false });
