import type { Deployment } from "@leverframe/catalog";
import type { Usage } from "@leverframe/events";
import type { ChatMessage, Tool, ToolCall, ToolChoice } from "@leverframe/prompt";

/** One call as a provider is to carry it out; everything in it has been checked by the governed call. */
export interface ProviderCall {
  readonly deployment: Deployment;
  readonly messages: readonly ChatMessage[];
  /** Absent: none. */
  readonly tools?: readonly Tool[];
  /** Absent: `auto`. */
  readonly toolChoice?: ToolChoice;
  /** Enforced at the provider: the reservation relies on it. */
  readonly maxOutputTokens: number;
  /** Null: the provider's own default. */
  readonly temperature: number | null;
  /** JSON Schema, as text, that the answer must satisfy; null when any text will do. */
  readonly outputSchema: string | null;
  /** Overrides the adapter's own key for the provider; null or absent in the normal case. */
  readonly apiKey?: string | null;
  /** False: the policy forbids to ask the provider for a cache; absent: the adapter may. */
  readonly cache?: false;
  /** Where the answer goes while it comes; absent: it is wanted whole, and the adapter does not stream. */
  readonly onDelta?: DeltaSink;
  readonly requestId: string;
  readonly permitId: string;
  readonly attemptId: string;
  /** The same for calls that repeat one another, so that a provider which honours it carries out one; absent: `attemptId`. */
  readonly idempotencyKey?: string;
}

/**
 * A piece of an answer, in its order. The pieces of one tool call share an `index`; its id and name come with the first.
 * All pieces together are the `text` and the `toolCalls` of the answer that ends the stream.
 */
export type ProviderDelta =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool_call"; readonly index: number; readonly id: string | null; readonly name: string | null; readonly arguments: string };

/** Takes the pieces. While a promise that it returned is open, the adapter reads no further: a slow reader slows the provider. */
export type DeltaSink = (delta: ProviderDelta) => void | Promise<void>;

/** Why the model stopped, in one vocabulary for all providers. */
export type FinishReason = "stop" | "length" | "content_filter" | "tool_calls" | "other";

/** How much more the provider says it would take within its present window; null for what it does not say. */
export interface RateLimit {
  readonly requestsLeft: number | null;
  readonly tokensLeft: number | null;
}

export interface ProviderAnswer {
  readonly text: string;
  /** What the model asks tools for; absent: nothing. */
  readonly toolCalls?: readonly ToolCall[];
  readonly finishReason: FinishReason;
  /** The provider or the model declined on content grounds; `text` may hold its words. */
  readonly refused: boolean;
  /** Null when the provider did not say. */
  readonly usage: Usage | null;
  readonly providerRequestId: string | null;
  /** The model that answered, by the provider's own name for it. */
  readonly model: string;
  /** Where the provider says it computed the answer, by its own name for the region; null when it does not say. */
  readonly region: string | null;
  /** Null when the provider says nothing about it. */
  readonly rateLimit: RateLimit | null;
}

/**
 * Speaks one wire API. It makes one call, never repeats it, and ends when `signal` aborts. With `onDelta` the answer
 * streams, and what resolves in the end is the same whole answer as without. A stream that breaks rejects with the usage
 * that the provider told so far, if it did; whether anything had come is what the sink knows.
 * Rejects with a ProviderError alone. Only the governed call may hold an adapter.
 */
export interface ProviderAdapter {
  call(call: ProviderCall, signal: AbortSignal): Promise<ProviderAnswer>;
}
