import fc from "fast-check";
import { eventIdOf, headersOf, keyOf, message, requestIdOf, tenantOf, topicNameOf } from "./envelope";
import { eventArbitrary } from "./testing/event-arbitrary";
import { TopicNames } from "./topic-names";
import { topicRow, TOPIC_NAMES, type EventOf, type TopicName } from "./topics";

const sampleOf = <T extends TopicName>(topic: T): EventOf<T> =>
  fc.sample(eventArbitrary(topicRow(topic).schema), { numRuns: 1, seed: 3 })[0] as EventOf<T>;
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

describe("a message", () => {
  it.each(TOPIC_NAMES)("for `%s` has the key that the table names, an event id and a tenant where there is one", (topic) => {
    const event = sampleOf(topic) as unknown as Record<string, unknown>;
    const about = message(topic, event as never);
    const meta = event["meta"] as Record<string, unknown> | undefined;
    const { key } = topicRow(topic);
    expect(keyOf(about)).toBe(meta?.[key] ?? event[key]);
    expect(eventIdOf(about)).not.toBe("");
    const tenant = (event["origin"] as { tenant?: string } | undefined)?.tenant ?? event["tenant"] ?? null;
    expect(tenantOf(about)).toBe(tenant);
    expect(requestIdOf(about)).toBe(key === "requestId" ? keyOf(about) : null);
  });

  it("goes to its application's own topic where the table has one", () => {
    const response = { ...sampleOf("responses"), application: "hr" };
    expect(topicNameOf(message("responses", response))).toBe("responses.hr");
    expect(topicNameOf(message("responses", { ...response, application: "default" }))).toBe("responses");
    expect(topicNameOf(message("requests", sampleOf("requests"), "shop"), new TopicNames("t.")) ).toBe("t.requests.shop");
    expect(topicNameOf(message("executed", sampleOf("executed")))).toBe("executed");
  });

  it("carries event id, tenant and trace in headers, so that nobody need decode it for them", () => {
    const event = sampleOf("permitted");
    const headers = headersOf(message("permitted", event), "00-trace-span-01");
    expect(Object.keys(headers).sort()).toEqual(["event-id", "tenant", "traceparent"]);
    expect(textOf(headers["event-id"])).toBe(event.meta.eventId);
    expect(textOf(headers["tenant"])).toBe(event.origin.tenant);
    expect(textOf(headers["traceparent"])).toBe("00-trace-span-01");
    expect(Object.keys(headersOf(message("budget-status", sampleOf("budget-status"))))).toEqual(["event-id"]);
  });

  it("keeps its type: an event of another topic does not compile", () => {
    // @ts-expect-error a response is no request
    expect(() => message("executed", { requestId: "r" })).toThrow(/no meta or origin/);
  });
});
