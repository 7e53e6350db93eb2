import { isFailureKind, type FailureKind } from "../wire/failures";

/**
 * What can go wrong with a call. A fault is written as an object or, in markers and scripts, as text:
 *
 *   error=503        that status, with the provider's own error body (502: a proxy's HTML page)
 *   timeout          never answers                  reset        drops the connection before any byte
 *   cut, cut=0.3     drops it after that share      stream-error an error event in mid stream
 *   malformed        broken JSON under a 200        empty        an answer without text
 *   refuse           a content refusal              refuse=filter OpenAI's `content_filter` ending
 *   wrong-schema     valid JSON, not as asked       weak, good   that quality, whatever the model's skill
 *   429, 429=7       rate limit, without or with `retry-after: 7`
 *   slow=2000        that many ms later             slow=x4      four times slower
 *   stall            a stream stops and stays open  trickle=50   its events come one by one, that many ms apart
 *   tools, tools=2   asks for one of the tools offered, or for several at once
 *   fails=quota      turned away with the provider's own error for that (wire/failures.ts); not every wire has one
 */
export type Fault =
  | { readonly kind: "error"; readonly status: number }
  | { readonly kind: "fails"; readonly as: FailureKind }
  | { readonly kind: "timeout" | "reset" | "stream-error" | "malformed" | "empty" | "wrong-schema" | "weak" | "good" | "stall" }
  | { readonly kind: "trickle"; readonly ms: number }
  | { readonly kind: "tools"; readonly calls?: number }
  | { readonly kind: "cut"; readonly after?: number }
  | { readonly kind: "refuse"; readonly by?: "model" | "filter" }
  | { readonly kind: "rate-limit"; readonly retryAfterSeconds?: number }
  | { readonly kind: "slow"; readonly ms?: number; readonly factor?: number };

export type FaultKind = Fault["kind"];

const PLAIN: ReadonlySet<string> = new Set([
  "timeout",
  "reset",
  "stream-error",
  "malformed",
  "empty",
  "wrong-schema",
  "weak",
  "good",
  "stall",
]);

const TOOL_CALLS_MAX = 16;

export class FaultError extends Error {
  override name = "FaultError";
}

function finite(value: string, text: string, min: number, max: number): number {
  const number = value === "" ? Number.NaN : Number(value);
  if (!(number >= min && number <= max)) throw new FaultError(`value of \`${text}\` must be between ${min} and ${max}`);
  return number;
}

/** Reads `kind` or `kind=value`; throws a FaultError that names what is wrong. */
export function parseFault(text: string): Fault {
  const equals = text.indexOf("=");
  const kind = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? undefined : text.slice(equals + 1);
  if (PLAIN.has(kind) && value === undefined) return { kind } as Fault;
  if (kind === "error" && value !== undefined) return { kind, status: finite(value, text, 400, 599) };
  if (kind === "fails" && value !== undefined && isFailureKind(value)) return { kind, as: value };
  if (kind === "cut") return value === undefined ? { kind } : { kind, after: finite(value, text, 0, 1) };
  if (kind === "trickle" && value !== undefined) return { kind, ms: finite(value, text, 1, 60_000) };
  if (kind === "tools") return value === undefined ? { kind } : { kind, calls: Math.floor(finite(value, text, 1, TOOL_CALLS_MAX)) };
  if (kind === "429" || kind === "rate-limit") {
    if (value === undefined) return { kind: "rate-limit" };
    return { kind: "rate-limit", retryAfterSeconds: finite(value, text, 0, 86_400) };
  }
  if (kind === "slow" && value !== undefined) {
    if (value.startsWith("x")) return { kind, factor: finite(value.slice(1), text, 1, 1_000_000) };
    return { kind, ms: finite(value, text, 0, 86_400_000) };
  }
  if (kind === "refuse" && (value === undefined || value === "model" || value === "filter")) {
    return value === undefined ? { kind } : { kind, by: value };
  }
  throw new FaultError(`unknown fault \`${text}\``);
}

/** The text that `parseFault` reads back as the same fault. */
export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case "error":
      return `error=${fault.status}`;
    case "fails":
      return `fails=${fault.as}`;
    case "cut":
      return fault.after === undefined ? "cut" : `cut=${fault.after}`;
    case "refuse":
      return fault.by === undefined ? "refuse" : `refuse=${fault.by}`;
    case "trickle":
      return `trickle=${fault.ms}`;
    case "tools":
      return fault.calls === undefined ? "tools" : `tools=${fault.calls}`;
    case "rate-limit":
      return fault.retryAfterSeconds === undefined ? "rate-limit" : `rate-limit=${fault.retryAfterSeconds}`;
    case "slow":
      return fault.factor === undefined ? `slow=${fault.ms ?? 0}` : `slow=x${fault.factor}`;
    default:
      return fault.kind;
  }
}

/** Accepts both notations, from configuration and control requests. Null and `ok` mean no fault. */
export function toFault(input: Fault | string | null): Fault | null {
  if (input === null || input === "ok") return null;
  // An object passes through its own text, so that it is validated by the one grammar.
  return parseFault(typeof input === "string" ? input : faultText(input));
}
