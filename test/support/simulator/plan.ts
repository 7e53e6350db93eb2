/** From a generated reply and the fault that strikes it to bytes, their timing and the bill. */
import type { Ask } from "./ask";
import { NO_USAGE } from "./calls/call";
import type { Fault } from "./faults/fault";
import { type LatencySample } from "./latency";
import type { Generation } from "./generate";
import { failureOf, type FailureKind } from "./wire/failures";
import type { Part, ProviderError, RateLimit, StreamWire, Usage, Wire } from "./wire/reply";

/** How the connection goes on after the body: `never` holds it without an answer, `reset` drops it before any byte, `stall` holds it after a part. */
export type DeliveryEnd = "complete" | "cut" | "reset" | "never" | "stall";

export interface Delivery {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** One part for a plain answer, server-sent events for a stream. */
  readonly parts: readonly Part[];
  /** Parts are sent one by one, that many milliseconds apart; null: as the latency has it. */
  readonly partMs?: number;
  readonly latency: LatencySample;
  readonly end: DeliveryEnd;
}

export interface Outcome {
  readonly delivery: Delivery;
  /** Null when no status line is sent. */
  readonly status: number | null;
  readonly usage: Usage;
  /** What is billed when the client leaves after that share of the parts; absent: all. */
  readonly usageOfPart?: (share: number) => Usage;
}

export interface PlanContext {
  readonly wire: Wire;
  readonly requestId: string;
  readonly rateLimit: RateLimit;
  readonly latency: LatencySample;
}

/** Where a connection is cut, as a share of the body, when the fault doesn't say. */
const CUT_AFTER_USUAL = 0.5;

export function planError(
  context: PlanContext,
  error: Omit<ProviderError, "requestId">,
): Outcome {
  const { wire, requestId, rateLimit, latency } = context;
  const { contentType, text } = wire.error({ ...error, requestId });
  const headers = {
    ...wire.headers(requestId, rateLimit),
    ...wire.errorHeaders?.({ ...error, requestId }),
    "content-type": contentType,
    "content-length": String(Buffer.byteLength(text)),
  };
  // Providers turn a request away before they generate anything.
  const errorLatency = { totalMs: latency.firstTokenMs, firstTokenMs: latency.firstTokenMs };
  return {
    delivery: { status: error.status, headers, parts: [text], latency: errorLatency, end: "complete" },
    status: error.status,
    usage: NO_USAGE,
  };
}

/** The provider's own words for a kind of failure; a wire that has none says so as of a misspelt marker. */
function planFailure(context: PlanContext, kind: FailureKind): Outcome {
  const { wire, requestId, rateLimit } = context;
  const failure = failureOf(wire.api, kind);
  if (failure === null) return planError(context, { status: 400, message: `simulator: \`${wire.api}\` has no error for \`${kind}\`` });
  const { status, headers = {} } = failure;
  const planned = planError(context, { status });
  const body = typeof failure.body === "function" ? failure.body(requestId) : failure.body;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const told = {
    ...wire.headers(requestId, rateLimit),
    ...wire.errorHeaders?.({ status, requestId }),
    ...headers,
    "content-type": typeof body === "string" ? "text/html" : "application/json",
    "content-length": String(Buffer.byteLength(text)),
  };
  return { ...planned, delivery: { ...planned.delivery, headers: told, parts: [text] } };
}

/** The error that a fault turns a call into, null when the model is to answer. */
export function planFaultError(context: PlanContext, fault: Fault | null, stream: boolean): Outcome | null {
  if (fault?.kind === "error") return planError(context, { status: fault.status });
  if (fault?.kind === "fails") return planFailure(context, fault.as);
  if (fault?.kind === "rate-limit") {
    const { retryAfterSeconds } = fault;
    return planError(context, { status: 429, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) });
  }
  if (fault?.kind === "stream-error" && !stream) {
    return planError(context, { status: context.wire.brokenStatus });
  }
  return null;
}

interface Body {
  readonly parts: readonly Part[];
  readonly partMs?: number;
  readonly end: DeliveryEnd;
  /** The share of the output tokens that was generated; what the client does not receive is billed all the same. */
  readonly share: number;
}

function streamBody(wire: StreamWire, frames: readonly Part[], fault: Fault | null, requestId: string): Body {
  const upTo = (share: number): Part[] => frames.slice(0, share === 0 ? 0 : Math.max(1, Math.floor(frames.length * share)));
  switch (fault?.kind) {
    case "cut": {
      const share = fault.after ?? CUT_AFTER_USUAL;
      // A whole stream would be an answer: the last event at least is kept back.
      return { parts: upTo(share).slice(0, frames.length - 1), end: "cut", share };
    }
    case "stream-error":
      return { parts: [...upTo(CUT_AFTER_USUAL), wire.errorFrame(requestId)], end: "complete", share: CUT_AFTER_USUAL };
    case "malformed":
      return { parts: [...upTo(CUT_AFTER_USUAL), wire.malformedFrame], end: "complete", share: 1 };
    case "stall":
      return { parts: upTo(CUT_AFTER_USUAL), end: "stall", share: CUT_AFTER_USUAL };
    case "trickle":
      return { parts: frames, partMs: fault.ms, end: "complete", share: 1 };
    default:
      return { parts: frames, end: "complete", share: 1 };
  }
}

function plainBody(text: string, fault: Fault | null): Body {
  if (fault?.kind === "malformed") return { parts: [text.slice(0, text.length / 2)], end: "complete", share: 1 };
  if (fault?.kind !== "cut") return { parts: [text], end: "complete", share: 1 };
  const chars = Math.floor(text.length * Math.min(fault.after ?? CUT_AFTER_USUAL, 1));
  // A whole body would be an answer: the last character at least is kept back.
  return { parts: [text.slice(0, Math.min(chars, text.length - 1))], end: "cut", share: 1 };
}

/** A reply that no error has replaced, as it is sent, or lost. */
export function planAnswer(context: PlanContext, ask: Ask, generation: Generation, fault: Fault | null): Outcome {
  const { wire, requestId, rateLimit, latency } = context;
  const { reply } = generation;
  const headers = wire.headers(requestId, rateLimit);
  const streamed = ask.stream && wire.stream !== null;
  if (fault?.kind === "timeout" || fault?.kind === "reset" || (fault?.kind === "stall" && !streamed)) {
    const end = fault.kind === "reset" ? "reset" : "never";
    // The harder case for the client's books: the work was done and is billed, only the answer is lost.
    return { delivery: { status: 200, headers, parts: [], latency, end }, status: null, usage: reply.usage };
  }
  if (ask.stream && wire.stream !== null) {
    const { parts, partMs, end, share } = streamBody(wire.stream, wire.stream.frames(ask, reply, requestId), fault, requestId);
    const usageOfPart = (part: number): Usage => ({ ...reply.usage, output: Math.ceil(reply.usage.output * share * part) });
    headers["content-type"] = wire.stream.contentType ?? "text/event-stream; charset=utf-8";
    headers["cache-control"] = "no-cache";
    const delivery = { status: 200, headers, parts, latency, end, ...(partMs === undefined ? {} : { partMs }) };
    return { delivery, status: 200, usage: usageOfPart(1), usageOfPart };
  }
  const whole = wire.answer(ask, reply, requestId);
  const { parts, end } = plainBody(whole, fault);
  headers["content-type"] = "application/json";
  // A cut body still announces its whole length: that is how the client can tell.
  headers["content-length"] = String(Buffer.byteLength(end === "cut" ? whole : String(parts[0] ?? "")));
  return { delivery: { status: 200, headers, parts, latency, end }, status: 200, usage: reply.usage };
}
