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

/** An answer before it is put into a wire format. */
export interface Reply {
  readonly id: string;
  readonly createdSeconds: number;
  readonly text: string;
  readonly ending: Ending;
  readonly usage: Usage;
}

export interface ErrorBody {
  readonly contentType: string;
  readonly text: string;
}

export interface ProviderError {
  readonly status: number;
  /** The provider's usual words for the status when absent. */
  readonly message?: string;
  readonly parameter?: string | null;
  readonly requestId: string;
}

export interface RateLimit {
  readonly requestsPerMinute: number;
  readonly requestsLeft: number;
}

/** One provider's wire format. */
export interface Wire {
  readonly api: Api;
  /** Throws BadRequest. */
  parse(body: unknown): Ask;
  answer(ask: Ask, reply: Reply): string;
  /** Server-sent events, ready to be written. */
  frames(ask: Ask, reply: Reply): string[];
  error(error: ProviderError): ErrorBody;
  /** An error event for a stream that has begun. */
  errorFrame(requestId: string): string;
  /** An event whose data is not JSON. */
  readonly malformedFrame: string;
  headers(requestId: string, limit: RateLimit): Record<string, string>;
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
