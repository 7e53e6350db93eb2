import type { Request } from "@leverframe/events";
import { sha256 } from "@leverframe/nest";
import type { Applications } from "@leverframe/policy";
import { admit } from "./admission";

const bindings: Applications = new Map([
  ["crm", { application: "crm", tenant: "acme", departments: ["Sales", "Marketing"], defaultDepartment: "Sales", responseTopic: "responses.crm", authenticatesUsers: false }],
]);
const request = (over: Partial<Request> = {}): Request => ({
  requestId: "0192F0C1-0000-7000-8000-000000000001", idempotencyKey: null, tenant: null, department: null, user: "ann", route: null,
  taskType: null, riskClass: null, latencyClass: null, deadlineAt: null, attributes: {}, maxOutputTokens: null, temperature: null,
  outputSchema: null, requiredSections: [], agentRun: null, stream: false, prompt: new Uint8Array([1]), ...over,
});
const admitted = (over: Partial<Request> = {}, application = "crm") =>
  admit(request(over), { application, receivedAtMicros: 1_000 }, bindings, sha256);

describe("admission", () => {
  it("takes identity from the ingress topic", () => {
    const { origin, refusal, meta } = admitted();
    expect(refusal).toBeNull();
    expect(origin).toMatchObject({ application: "crm", tenant: "acme", department: "Sales", user: "ann", receivedAt: 1_000, deadlineAt: 120_001_000 });
    expect(meta.requestId).toBe("0192f0c1-0000-7000-8000-000000000001");
  });

  it.each<[string, Partial<Request>, string, string, RegExp]>([
    ["another tenant", { tenant: "globex" }, "crm", "identity_mismatch", /`tenant` is `globex`/],
    ["a department of others", { department: "Legal" }, "crm", "identity_mismatch", /`department` is `Legal`.*Sales, Marketing/],
    ["an unknown application", {}, "shadow", "unknown_application", /`shadow`/],
    ["an id that is none", { requestId: "7" }, "crm", "bad_input", /requestId: `7`, expected a UUID/],
    ["no output tokens", { maxOutputTokens: 0 }, "crm", "bad_input", /maxOutputTokens: `0`/],
    ["a temperature out of range", { temperature: 9 }, "crm", "bad_input", /temperature: `9`/],
    ["a deadline before time began", { deadlineAt: -5 }, "crm", "bad_input", /deadlineAt: `-5`, expected microseconds since 1970/],
    ["a schema that is none", { outputSchema: "{" }, "crm", "bad_input", /outputSchema: not a valid JSON Schema/],
  ])("refuses %s, by field and value", (_name, over, application, code, message) => {
    const { refusal } = admitted(over, application);
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("names nobody that the record claimed when it refuses an identity", () => {
    expect(admitted({ tenant: "globex", department: "Legal" }).origin).toMatchObject({ tenant: "acme", department: "", user: null });
  });

  it("I4 exactly one answer: the idempotency key is the identity within its application", () => {
    const id = (key: string, requestId?: string) => admitted({ idempotencyKey: key, ...(requestId ? { requestId } : {}) }).meta.requestId;
    expect(id("order-7")).toBe(id("order-7", "0192f0c1-0000-7000-8000-0000000000ff"));
    expect(id("order-7")).not.toBe(id("order-8"));
    expect(id("order-7")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("binds the digest to the prompt and to every parameter that shapes the answer", () => {
    const digests = [{}, { prompt: new Uint8Array([2]) }, { maxOutputTokens: 9 }, { temperature: 1 }, { requiredSections: ["a"] }].map(
      (over) => admitted(over).origin.requestDigest,
    );
    expect(new Set(digests).size).toBe(digests.length);
  });
});
