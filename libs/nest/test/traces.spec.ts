import { message } from "@leverframe/contracts";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { type ConfigOverrides, RecordMaker, SpanTracer } from "../index";
import { ToyPlace, until } from "./toy-app";
import { toyRequest } from "./toy-events";
import { toyModules, toyProbe } from "./toy-stages";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CALLER_SPAN = "b7ad6b7169203331";

/** Spans of one request sent with this traceparent. */
async function spansOf(layout: ConfigOverrides, traceparent: string | undefined): Promise<ReadableSpan[]> {
  const place = new ToyPlace();
  const exporter = new InMemorySpanExporter();
  try {
    const tracer = new SpanTracer(new SimpleSpanProcessor(exporter), 1);
    const app = await place.start(toyModules(toyProbe()), layout, { tracer });
    await app.log.append([new RecordMaker(app.codec, app.names).recordOf(message("requests", toyRequest("traced")), traceparent)]);
    await place.read(app, "decisions", 1);
    await until(() => exporter.getFinishedSpans().length === 7);
    return [...exporter.getFinishedSpans()];
  } finally {
    await place.close();
  }
}

const parentOf = (spans: ReadableSpan[], name: string): string | undefined => {
  const parent = spans.find((span) => span.name === name)?.parentSpanContext?.spanId;
  return spans.find((span) => span.spanContext().spanId === parent)?.name ?? parent;
};

describe("traces", () => {
  test.each([
    ["chained", {}],
    ["split", { chaining: { enabled: false } }],
  ])("the spans of all stages are one trace under the caller's, %s", async (_, layout) => {
    const spans = await spansOf(layout, `00-${TRACE}-${CALLER_SPAN}-01`);
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([TRACE]));
    expect(parentOf(spans, "classifier requests")).toBe(CALLER_SPAN);
    expect(parentOf(spans, "policy-gate classified")).toBe("classifier requests");
    expect(parentOf(spans, "selector permitted")).toBe("policy-gate classified");
    expect(parentOf(spans, "budget-ledger selected")).toBe("selector permitted");
    expect(parentOf(spans, "executor funded")).toBe("budget-ledger selected");
    expect(parentOf(spans, "evaluator executed")).toBe("executor funded");
    expect(spans[0]!.attributes["leverframe.request_id"]).toBe("traced");
  });

  test("a request without a trace gets one", async () => {
    const spans = await spansOf({}, undefined);
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(spans.find((span) => span.name === "classifier requests")!.parentSpanContext).toBeUndefined();
  });

  test("without tracing the caller's context still reaches the last stage and its messages", async () => {
    const place = new ToyPlace();
    const traceparent = `00-${TRACE}-${CALLER_SPAN}-01`;
    const probe = toyProbe();
    const app = await place.start(toyModules(probe));
    await app.log.append([new RecordMaker(app.codec, app.names).recordOf(message("requests", toyRequest("untraced")), traceparent)]);
    const [decision] = await place.read(app, "decisions", 1);
    expect(Buffer.from(decision!.record.headers["traceparent"]!).toString()).toBe(traceparent);
    expect(new Set(probe.seen.map((seen) => seen.traceparent))).toEqual(new Set([traceparent]));
    await place.close();
  });
});
