import { PROVIDER_API_NAMES, type ProviderApiName } from "@leverframe/catalog";
import type { ProviderDelta } from "@leverframe/execution";
import fc from "fast-check";
import { eventFrame, type Reply, streamOf } from "../../test/support/simulator";
import { createAdapters } from "./adapters";
import { AwsEventReader } from "./aws-event-stream";
import { EventReader } from "./server-sent-events";
import { assembled } from "./streaming.conformance";
import { CANARY, callOf, deploymentAt, KEY_ENV, NEVER } from "./testing/calls";
import { startCannedServer } from "./testing/canned-server";

const REPLY: Reply = {
  id: "r",
  createdSeconds: 1,
  text: "I will look that up, and the train as well.",
  toolCalls: ["get_weather", "find-train"].map((name, index) => ({ id: `abcdefgh${index}`, name, arguments: '{"city":"Bern","day":"today, or tomorrow"}' })),
  ending: "complete",
  usage: { input: 9, cacheRead: 0, cacheWrite: 0, output: 40, reasoning: 8 },
};

interface Told {
  readonly name: string;
  readonly value: unknown;
}

/** A sound stream as its events, and events as bytes again. */
function eventsOf(api: ProviderApiName): Told[] {
  const bytes = Buffer.concat(streamOf(api, REPLY).map((part) => Buffer.from(part)));
  const events: Told[] = [];
  if (api === "bedrock") {
    const reader = new AwsEventReader();
    reader.push(bytes);
    for (let event = reader.next(); event !== null; event = reader.next()) events.push({ name: event.name, value: JSON.parse(event.payload) });
    return events;
  }
  const reader = new EventReader();
  reader.push(bytes);
  for (let data = reader.next(); data !== null; data = reader.next()) if (data !== "[DONE]") events.push({ name: reader.name, value: JSON.parse(data) });
  return events;
}

const bytesOf = (api: ProviderApiName, events: readonly Told[]): Buffer =>
  api === "bedrock"
    ? Buffer.concat(events.map(({ name, value }) => eventFrame(name, value as object)))
    : Buffer.from(events.map(({ name, value }) => `${name === "" ? "" : `event: ${name}\n`}data: ${JSON.stringify(value)}\n\n`).join(""));

/** The value with something else at one place, found by walking down it. */
function spoiled(value: unknown, path: readonly number[], by: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || value === null || typeof value !== "object") return by;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const changed = spoiled((value as Record<string, unknown>)[key], rest, by);
  return Array.isArray(value) ? value.map((item, index) => (String(index) === key ? changed : item)) : { ...value, [key]: changed };
}

const place = fc.record({ at: fc.nat(), path: fc.array(fc.nat(20), { maxLength: 7 }), by: fc.constantFrom<unknown>(null, 3, -1, "x", "", [], {}, true, [null], [{}], { a: null }) });

describe("a stream that is not as the wire has it", () => {
  const adapters = createAdapters({ environment: { [KEY_ENV]: `AKID:${CANARY}` } });
  afterAll(() => adapters.close());

  it.each(PROVIDER_API_NAMES)("%s: ends as an answer or as a failure of the provider, never as one of ours", async (api: ProviderApiName) => {
    await using server = await startCannedServer();
    const deployment = deploymentAt(api, server.url, "m");
    const sound = eventsOf(api);
    expect(sound.length).toBeGreaterThan(5);
    const ends = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(place, { maxLength: 2 }), async (places) => {
        const events = places.reduce<Told[]>((all, { at, path, by }) => all.map((event, index) => (index === at % all.length ? { ...event, value: spoiled(event.value, path, by) } : event)), sound);
        server.reply = (response) => {
          response.writeHead(200, { "content-type": api === "bedrock" ? "application/vnd.amazon.eventstream" : "text/event-stream" });
          response.end(bytesOf(api, events));
        };
        const deltas: ProviderDelta[] = [];
        const ended = await adapters.adapterOf(deployment).call(callOf(deployment, "Hi", { onDelta: (delta) => void deltas.push(delta) }), NEVER).catch((thrown) => thrown);
        ends.add(ended instanceof Error ? String((ended as { kind?: string }).kind) : "answered");
        if (!(ended instanceof Error)) expect(assembled(deltas)).toEqual({ text: ended.text, toolCalls: ended.toolCalls ?? [] });
      }),
      { numRuns: 200 },
    );
    expect(ends).toContain("answered");
    expect(ends).not.toContain("unknown");
    expect(ends).not.toContain("undefined");
  });
});
