import type { IncomingHttpHeaders } from "node:http";
import type { Ask } from "../ask";
import type { Api } from "../model-profile";

/** Token counts as billed. `output` includes `reasoning`; the prompt is `input` + `cacheRead` + `cacheWrite`. */
export interface Usage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
}

export type Ending = "complete" | "truncated" | "refused" | "filtered";

export interface ReplyToolCall {
  /** Letters and digits alone; wires put their own prefix before it. */
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** An answer before it is put into a wire format. */
export interface Reply {
  readonly id: string;
  readonly createdSeconds: number;
  readonly text: string;
  readonly toolCalls: readonly ReplyToolCall[];
  readonly ending: Ending;
  readonly usage: Usage;
}

/** A part of a body: text, or bytes of a wire that is none. */
export type Part = string | Uint8Array;

export interface ErrorBody {
  readonly contentType: string;
  readonly text: string;
}

export interface ProviderError {
  readonly status: number;
  /** For a 429; null when the caller is not told. */
  readonly retryAfterSeconds?: number;
  /** The provider's usual words for the status when absent. */
  readonly message?: string;
  readonly parameter?: string | null;
  readonly requestId: string;
}

export interface RateLimit {
  readonly requestsPerMinute: number;
  readonly requestsLeft: number;
}

/** A request as it arrived, for what its body alone does not tell. */
export interface Target {
  /** As sent, with escapes. */
  readonly path: string;
  readonly query: string;
  /** From the path, where the wire has it there. */
  readonly model: string | null;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a wire streams. */
export interface StreamWire {
  /** Events, ready to be written. */
  frames(ask: Ask, reply: Reply, requestId: string): readonly Part[];
  /** An error event for a stream that has begun. */
  errorFrame(requestId: string): Part;
  /** An event whose data is not JSON. */
  readonly malformedFrame: Part;
  /** `text/event-stream; charset=utf-8` when absent. */
  readonly contentType?: string;
}

/** One provider's wire format. */
export interface Wire {
  readonly api: Api;
  /** The API's own path, from its first slash; a group `model` where the model stands in it. */
  readonly path: RegExp;
  /** Throws BadRequest for a call without a key, or with one that is not among `keys`; null accepts any. */
  authenticate(target: Target, keys: ReadonlySet<string> | null): void;
  /** Throws BadRequest. */
  parse(body: unknown, target: Target): Ask;
  answer(ask: Ask, reply: Reply, requestId: string): string;
  /** Null: streams of this wire are not simulated, and one that is asked for is refused. */
  readonly stream: StreamWire | null;
  error(error: ProviderError): ErrorBody;
  /** What a server tells that broke down after it had taken the call. */
  readonly brokenStatus: number;
  headers(requestId: string, limit: RateLimit): Record<string, string>;
  /** More headers of an error. */
  errorHeaders?(error: ProviderError): Record<string, string>;
}

/** Characters of one streamed piece; a few tokens, as providers coalesce them. */
const PIECE = /[\s\S]{1,24}/gu;

/** Splits a text for streaming, never inside a character. */
export function pieces(text: string): string[] {
  return text.match(PIECE) ?? [];
}

/** What a proxy in front of the provider answers when the provider is gone: not JSON. */
export const BAD_GATEWAY: ErrorBody = {
  contentType: "text/html",
  text: "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
};
