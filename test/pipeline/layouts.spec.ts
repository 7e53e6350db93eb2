import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { EventCodec } from "@leverframe/contracts";
import type { Decision, Request, Response } from "@leverframe/events";
import { Installation, type Layout, requestOf } from "../support/installation";
import { startSimulator } from "../support/simulator";

const LAYOUTS: readonly Layout[] = ["one", "default", "split"];
const SCHEMA = JSON.stringify({ type: "object", properties: { answer: { type: "string" } }, required: ["answer"] });
const DEADLINE_MICROS = 600_000_000;
/** Which calls a breaker would spare depends on which failures come first, and that on the machine. */
const NOBODY_SPARED = { LEVERFRAME_HEALTH_FAILURES_IN_ROW_MAX: "1000", LEVERFRAME_HEALTH_SUCCESS_RATE_MIN: "0", LEVERFRAME_HEALTH_EJECTED_SHARE_MAX: "0" };

/** Requests that take every way through the stages: answered, refused, escalated, fallen back, declined, unpaid for. */
function requests(): readonly Request[] {
  const deadlineAt = Date.now() * 1_000 + DEADLINE_MICROS;
  const drafts = [
    { text: "Hello, how are you?" },
    { department: "Medical", text: "Summarise the patient record MRN 12345678." },
    { department: "Legal", text: "Review this contract: the supplier's liability is unlimited.", maxOutputTokens: null },
    { department: "R&D", text: "Implement a function in typescript that sorts a list.", attributes: { channel: "slack" } },
    { tenant: "globex" },
    { department: "Nowhere" },
    { taskType: "juggling" },
    { prompt: Buffer.from("{") },
    { text: "Fill in the fields. [[sim:wrong-schema@mistral-small]]", taskType: "chat", outputSchema: SCHEMA },
    { text: "Fill in the other fields. [[sim:wrong-schema]]", taskType: "chat", outputSchema: SCHEMA },
    { text: "Who is there? [[sim:error=503@mistral-small]]" },
    { text: "Who was there? [[sim:error=503]]" },
    { text: "Write to ann@example.com. [[sim:refuse]]" },
    { text: "Say no. [[sim:refuse@mistral-small]]" },
    { department: "Medical", riskClass: "regulated", text: `Summarise. ${"many words ".repeat(25_000)}` },
    { route: "express" },
    { riskClass: "high", attributes: { audience: "external" }, text: "Tell the customer." },
    { department: "Legal", attributes: { dataResidency: "eu" } },
    ...Array.from({ length: 12 }, (_, index) => ({ text: `Translate the sentence number ${index} into French.` })),
  ] as const;
  return drafts.map((draft) => requestOf({ ...draft, deadlineAt }));
}

describe("layouts", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "leverframe-layouts-"));
  const asked = requests();
  const outcomes = new Map<Layout, Outcome>();

  beforeAll(async () => {
    const empty = await Installation.prepare({ layout: "one", simulatorUrl: "http://127.0.0.1:1", dataDir: path.join(folder, "asked") });
    const client = await empty.client();
    await client.provision();
    await client.send(asked);
    await empty.closeClients();
    for (const layout of LAYOUTS) {
      empty.copyDataTo(path.join(folder, layout));
      outcomes.set(layout, await outcomeOf(layout, path.join(folder, layout), asked));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  it("decide every request, in each way that a request can end", () => {
    for (const { decisions } of outcomes.values()) expect(decisions.size).toBe(asked.length);
    const endings = new Set([...outcomes.get("one")!.kinds]);
    expect([...endings].sort()).toEqual([
      "answered", "answered after escalation", "failed attempts_exhausted", "held_for_review held_for_review",
      "refused bad_input", "refused identity_mismatch", "refused no_permitted_candidate", "refused unknown_route",
    ]);
  });

  it.each(["default", "split"] as const)("give byte-identical decisions and responses: all in one process, and %s", (layout) => {
    const one = outcomes.get("one")!;
    const other = outcomes.get(layout)!;
    for (const { requestId } of asked) {
      expect(other.readable.get(requestId)).toEqual(one.readable.get(requestId));
      expect(other.decisions.get(requestId)).toBe(one.decisions.get(requestId));
      expect(other.responses.get(requestId)).toBe(one.responses.get(requestId));
    }
  });

  it("I6 determinism: the permits are the same bytes under the same signature in every layout, not left out of the comparison", () => {
    const permits = LAYOUTS.map((layout) => [...outcomes.get(layout)!.permits].sort());
    expect(permits[0]!.length).toBeGreaterThan(asked.length / 2);
    expect(permits[1]).toEqual(permits[0]);
    expect(permits[2]).toEqual(permits[0]);
  });

  it("would be told apart by any byte of a decision that is no measurement", () => {
    const [decision] = [...outcomes.get("one")!.raw.values()];
    const { codec } = outcomes.get("one")!;
    const changed = { ...decision!, policyVersion: `${decision!.policyVersion}x` };
    expect(bytesOf(codec, changed)).not.toBe(bytesOf(codec, decision!));
  });
});

interface Outcome {
  readonly codec: EventCodec;
  readonly raw: ReadonlyMap<string, Decision>;
  readonly readable: ReadonlyMap<string, Decision>;
  /** Encoded, in hexadecimal, by request. */
  readonly decisions: ReadonlyMap<string, string>;
  readonly responses: ReadonlyMap<string, string>;
  readonly permits: readonly string[];
  readonly kinds: readonly string[];
}

async function outcomeOf(layout: Layout, dataDir: string, asked: readonly Request[]): Promise<Outcome> {
  const simulator = await startSimulator({ recorded: false, seed: 5 });
  const installation = await Installation.prepare({ layout, simulatorUrl: simulator.url, dataDir, env: NOBODY_SPARED });
  try {
    const client = await installation.client();
    await client.watch();
    await installation.startServices();
    await client.settled(asked.map(({ requestId }) => requestId));
    const exits = await installation.stopServices();
    expect(Object.values(exits).every((code) => code === 0)).toBe(true);
    const { codec } = client;
    const raw = new Map(client.decisions.map((decision) => [decision.meta.requestId, decision]));
    return {
      codec,
      raw,
      readable: new Map([...raw].map(([id, decision]) => [id, unmeasured(decision)])),
      decisions: new Map([...raw].map(([id, decision]) => [id, bytesOf(codec, decision)])),
      responses: new Map(client.responses.map((response) => [response.requestId, responseBytesOf(codec, response)])),
      permits: [...raw.values()].flatMap(({ permit }) => (permit ? [`${hex(permit.body)} ${hex(permit.signature)}`] : [])),
      kinds: client.responses.map(({ status, refusal, escalations }) => [status, refusal?.code ?? (escalations > 0 ? "after escalation" : "")].join(" ").trim()),
    };
  } finally {
    await installation.destroy();
    await simulator.close();
  }
}

/** A decision without what was measured with a clock, or told by the provider about one call. */
function unmeasured(decision: Decision): Decision {
  const rounds = decision.rounds.map((round) => ({
    ...round,
    attempts: round.attempts.map((attempt) => ({ ...attempt, startedAt: 0, latencyMicros: 0, providerRequestId: null })),
  }));
  // Both derive from the end of the last call, where there was one.
  const called = decision.rounds.some(({ attempts }) => attempts.length > 0);
  const times = called ? { answeredAt: 0, meta: { ...decision.meta, occurredAt: 0 } } : {};
  return { ...decision, rounds, ...times };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytesOf = (codec: EventCodec, decision: Decision): string => hex(codec.encode("decision", unmeasured(decision)));
const responseBytesOf = (codec: EventCodec, response: Response): string => hex(codec.encode("response", { ...response, answeredAt: 0 }));
