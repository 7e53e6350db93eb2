import type { AnyMessage } from "@leverframe/contracts";
import type { HealthChange } from "@leverframe/health";
import { HealthEvents } from "./health-events";

const change = (deployment: string, changes: Partial<HealthChange> = {}): HealthChange => ({
  deployment, provider: "p", model: "m", region: "eu", band: "down", breaker: "open", error: "timeout", samples: 3, failures: 3, slow: 0, latencyMicros: null,
  concurrencyMax: 64, inFlight: 0, untilMicros: 7, cause: "breaker_opened", heardFrom: null, atMicros: 5, ...changes,
});

function eventsOf(publish: (messages: readonly AnyMessage[]) => Promise<void>) {
  const errors: unknown[] = [];
  return { events: new HealthEvents({ instance: "one", publish, onError: (error) => errors.push(error) }), errors };
}

describe("the record of health", () => {
  it("holds each change as an event of its own, keyed by deployment", async () => {
    const published: AnyMessage[] = [];
    const { events } = eventsOf(async (messages) => void published.push(...messages));
    events.take([change("p/a"), change("p/b", { untilMicros: null })]);
    await events.close();
    expect(published.map(({ topic, key, event }) => [topic, key, event])).toEqual([
      ["provider-health", "p/a", expect.objectContaining({ eventId: "one.health.0", instance: "one", band: "down", until: 7, at: 5 })],
      ["provider-health", "p/b", expect.objectContaining({ eventId: "one.health.1", until: null })],
    ]);
    expect(Object.keys(published[0]!.event)).not.toContain("untilMicros");
  });

  it("keeps what could not be written for the next time, in its order, and no more than it should", async () => {
    let away = true;
    const published: string[] = [];
    const { events, errors } = eventsOf(async (messages) => {
      if (away) throw new Error("away");
      published.push(...messages.map(({ key }) => key));
    });
    events.take(Array.from({ length: 1_200 }, (_, index) => change(`p/${index}`)));
    await events.close();
    expect([errors.length, published.length]).toEqual([1, 0]);
    away = false;
    events.take([change("p/last")]);
    await events.close();
    expect([published.length, published[0], published.at(-1)]).toEqual([1_000, "p/201", "p/last"]);
  });

  it("loses nothing that changes while it writes", async () => {
    const published: string[] = [];
    const { events } = eventsOf(async (messages) => {
      if (published.length === 0) events.take([change("p/meanwhile")]);
      published.push(...messages.map(({ key }) => key));
    });
    events.take([change("p/a")]);
    await events.close();
    expect(published).toEqual(["p/a", "p/meanwhile"]);
  });
});
