import type { Stage } from "@leverframe/kernel";
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, TraceFlags, type Tracer, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import { newTraceparent } from "./traceparent";

/** One stage's handling of one event; `traceparent` is what the messages that come of it carry on. */
export interface StageSpan {
  readonly traceparent: string;
  end(errorCode: string | null): void;
}

export interface StageTracer {
  start(stage: Stage, topic: string, incoming: string | null, requestId: string | null): StageSpan;
  close(): Promise<void>;
}

const ignoreEnd = (): void => {};

/** No spans: the incoming trace context is passed on as it is, so that a traced neighbour still finds its parent. */
export const untraced: StageTracer = {
  start: (_stage, _topic, incoming) => ({ traceparent: incoming ?? newTraceparent(), end: ignoreEnd }),
  close: async () => {},
};

/** Spans exported over OTLP/HTTP, or `untraced` when no endpoint is configured. */
export function openTracer(otlp: { endpoint: string | null; sampleRatio: number }): StageTracer {
  if (otlp.endpoint === null) return untraced;
  const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: otlp.endpoint }));
  return new SpanTracer(processor, otlp.sampleRatio);
}

/** One consumer span for each stage and event, child of the incoming `traceparent`. */
export class SpanTracer implements StageTracer {
  readonly #provider: BasicTracerProvider;
  readonly #tracer: Tracer;

  constructor(processor: SpanProcessor, sampleRatio: number) {
    this.#provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ "service.name": "leverframe", "process.pid": process.pid }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
      spanProcessors: [processor],
    });
    this.#tracer = this.#provider.getTracer("leverframe");
  }

  start(stage: Stage, topic: string, incoming: string | null, requestId: string | null): StageSpan {
    const parent = incoming === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContextOf(incoming));
    const attributes = {
      "messaging.system": "leverframe",
      "messaging.destination.name": topic,
      "messaging.consumer.group.name": `leverframe.${stage}`,
      ...(requestId === null ? {} : { "leverframe.request_id": requestId }),
    };
    const span = this.#tracer.startSpan(`${stage} ${topic}`, { kind: SpanKind.CONSUMER, attributes }, parent);
    return { traceparent: traceparentOfSpan(span), end: (errorCode) => endSpan(span, errorCode) };
  }

  /** Hands over what is not yet exported. */
  async close(): Promise<void> {
    await this.#provider.shutdown();
  }
}

function endSpan(span: Span, errorCode: string | null): void {
  if (errorCode !== null) {
    span.setAttribute("error.type", errorCode);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

function spanContextOf(traceparent: string) {
  const [, traceId = "", spanId = "", flags = "00"] = traceparent.split("-");
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return { traceId, spanId, traceFlags, isRemote: true };
}

function traceparentOfSpan(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}
