import type { World } from "../world";

/** Requests that are not carried out are answered all the same, with the reason. */
export function refusedCases(world: () => World): void {
  it("I1 no forbidden call: regulated data goes to the approved boundary alone", async () => {
    const response = await world().ask({ department: "Medical", text: "Summarise the patient record MRN 12345678." });
    expect(response).toMatchObject({ status: "answered", provider: "boundary" });
    const decision = await world().client.decisionOn(response.requestId);
    expect(decision.classification?.riskClass).toBe("regulated");
    expect(decision.permitted.every((candidate) => candidate.startsWith("boundary/"))).toBe(true);
    expect(world().callsOf(response.requestId).map(({ provider }) => provider)).toEqual(["boundary"]);
  });

  it("I7 risk only rises: a claim lower than what the rules found does not count, a higher one does", async () => {
    const lowered = await world().ask({ department: "Medical", riskClass: "low", text: "Summarise the patient record MRN 12345678." });
    expect((await world().client.decisionOn(lowered.requestId)).classification?.riskClass).toBe("regulated");
    expect(lowered.provider).toBe("boundary");
    const raised = await world().ask({ riskClass: "regulated" });
    expect((await world().client.decisionOn(raised.requestId)).classification?.riskClass).toBe("regulated");
    expect(raised.provider).toBe("boundary");
  });

  it("refuses by policy with the code, the rules and each candidate's cause, and calls nobody", async () => {
    const response = await world().ask({ department: "Medical", riskClass: "regulated", text: `Summarise. ${"long text ".repeat(25_000)}` });
    expect(response).toMatchObject({ status: "refused", output: null, attempts: 0, costNanoUsd: 0n, refusal: { code: "no_permitted_candidate" } });
    expect(response.refusal?.rules).toContain("regulated-boundary-only");
    expect(response.refusal?.candidates.length).toBeGreaterThan(0);
    expect(world().callsOf(response.requestId)).toEqual([]);
  });

  it.each([
    ["tenant", { tenant: "globex" }, "`tenant` is `globex`"],
    ["department", { department: "Legal" }, "`department` is `Legal`"],
  ])("refuses a %s that the ingress topic is not bound to", async (_what, claim, message) => {
    const response = await world().ask(claim, "crm");
    expect(response).toMatchObject({ status: "refused", application: "crm", tenant: "acme", refusal: { code: "identity_mismatch" } });
    expect(response.refusal?.message).toContain(message);
    expect(world().client.topicOfAnswer.get(response.requestId)).toMatch(/responses\.crm$/);
  });

  it.each([
    ["a prompt that is no JSON", { prompt: Buffer.from("hello") }, "prompt"],
    ["an unknown task type", { taskType: "juggling" }, "taskType: `juggling`"],
    ["a maximum of no tokens", { maxOutputTokens: 0 }, "maxOutputTokens: `0`"],
    ["an output schema that is none", { outputSchema: "{" }, "outputSchema"],
  ])("answers %s with what is wrong", async (_what, draft, message) => {
    const response = await world().ask(draft);
    expect(response).toMatchObject({ status: "refused", refusal: { code: "bad_input" } });
    expect(response.refusal?.message).toContain(message);
  });

  it("names the scope whose budget is exhausted", async () => {
    const response = await world().ask({ department: "Marketing" });
    expect(response).toMatchObject({ status: "refused", attempts: 0, refusal: { code: "budget_exceeded" } });
    expect(response.refusal?.message).toContain("`department:acme/Marketing`");
    expect(world().callsOf(response.requestId)).toEqual([]);
  });

  it("I1 no forbidden call: a provider's refusal is not laundered by asking another", async () => {
    const response = await world().ask({ text: "Write to ann@example.com. [[sim:refuse]]" });
    expect(response).toMatchObject({ status: "answered", attempts: 1, candidate: expect.stringContaining("/"), output: { refused: true } });
    expect((await world().client.decisionOn(response.requestId)).success).toBe(false);
    expect(world().callsOf(response.requestId)).toHaveLength(1);
  });

  it("asks another where the policy allows a second opinion on a refusal", async () => {
    const response = await world().ask({ text: "Hello. [[sim:refuse@mistral-small]]" });
    expect(response).toMatchObject({ status: "answered", output: { refused: false } });
    expect(response.candidate).not.toBe("oss/mistral-small");
    expect(world().callsOf(response.requestId).length).toBeGreaterThan(1);
  });
}
