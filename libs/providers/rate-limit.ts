import type { RateLimit } from "@leverframe/execution";

interface Headers {
  get(name: string): string | null;
}

/** The names of the two headers that tell how much is left. */
export interface RateLimitHeaders {
  readonly requests: string;
  readonly tokens: string;
}

/** Null when neither header holds a count. */
export function rateLimitOf(headers: Headers, names: RateLimitHeaders): RateLimit | null {
  const requestsLeft = countOf(headers.get(names.requests));
  const tokensLeft = countOf(headers.get(names.tokens));
  return requestsLeft === null && tokensLeft === null ? null : { requestsLeft, tokensLeft };
}

const WHOLE = /^\d{1,15}$/;

const countOf = (text: string | null): number | null => (text !== null && WHOLE.test(text) ? Number(text) : null);
