import type { Classification, Origin } from "@leverframe/events";
import type { DecisionInput } from "../slots";

/** A request in the making: every facet writes its part. */
export interface Draft {
  origin: { -readonly [K in keyof Origin]: Origin[K] };
  route: string | null;
  maxOutputTokens: number | null;
  attributes: Record<string, string>;
  classification: { -readonly [K in keyof Classification]: Classification[K] };
  state: Record<string, string>;
}

/** One thing that may be said about a part of the request, as it would arrive. */
export interface RawValue {
  /** As a person reads it. */
  readonly shown: string;
  /** Nobody declared it: a misspelling, a newer client, an attack. */
  readonly undeclared?: boolean;
  put(draft: Draft): void;
}

/** A part of a request, independent of all others, with everything that may stand there, most natural first. */
export interface Facet {
  /** `origin`, or the attribute's source, or `set <source> <member>`. */
  readonly key: string;
  /** As policies call it. */
  readonly label: string;
  readonly values: readonly RawValue[];
}

/** A request at a fixed moment, so that the same point always makes the same request. */
const RECEIVED_AT = 1_760_000_000_000_000;
const DEADLINE_MICROS = 30_000_000;
const PROMPT_BYTES = 1_000;

export function newDraft(): Draft {
  return {
    origin: { application: "", tenant: "", department: "", user: null, receivedAt: RECEIVED_AT, deadlineAt: RECEIVED_AT + DEADLINE_MICROS, requestDigest: "" },
    route: null,
    maxOutputTokens: null,
    attributes: {},
    state: {},
    classification: {
      taskType: "chat",
      taskConfidence: 1,
      complexity: "simple",
      riskClass: "low",
      riskSignals: [],
      language: "en",
      outputFormat: "text",
      latencyClass: "standard",
      promptBytes: PROMPT_BYTES,
      inputTokensMax: PROMPT_BYTES,
      capabilities: [],
      opinion: null,
      classifierVersion: "analysis",
    },
  };
}

export function inputOf({ origin, route, maxOutputTokens, attributes, classification, state }: Draft): DecisionInput {
  return { requestId: "analysis", origin, request: { route, attributes, maxOutputTokens }, classification, state };
}
