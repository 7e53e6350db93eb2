import type { Api, Price } from "../model-profile";
import type { Quality } from "../answers/answer";
import type { Usage } from "../wire/reply";

/** One call that reached the simulator, as audits read it. */
export interface Call {
  /** Which process and start of it: `seq` begins anew with each. */
  readonly run: string;
  readonly seq: number;
  readonly atMs: number;
  readonly api: Api;
  readonly provider: string;
  readonly model: string;
  readonly path: string;
  readonly stream: boolean;
  /** The headers `x-leverframe-permit`, `-attempt` and `-request`. */
  readonly permit: string | null;
  readonly attempt: string | null;
  readonly request: string | null;
  readonly providerRequestId: string;
  /** SHA-256 of the message texts, see `promptDigest`; null when the request could not be read. */
  readonly promptDigest: string | null;
  readonly outputTokensMax: number | null;
  /** How many tools were offered, and how many pictures sent. */
  readonly tools: number;
  readonly images: number;
  /** Null when no status line is ever sent. */
  readonly status: number | null;
  readonly faults: readonly string[];
  /** Null when no answer was generated. */
  readonly quality: Quality | null;
  readonly recorded: boolean;
  /** What the provider bills for, also when the answer is lost on the way; of a stream that the client left, what was sent. */
  usage: Usage;
  billedNanoUsd: string;
  /** False until the last byte was sent or the connection is gone. */
  ended: boolean;
  clientDisconnected: boolean;
  durationMs: number | null;
}

export const NO_USAGE: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };

const TOKENS_PER_PRICE = 1_000_000n;

/** Nano-dollars, the sum rounded up once. */
export function billNanoUsd(usage: Usage, price: Price): bigint {
  const total =
    BigInt(usage.input) * price.input +
    BigInt(usage.cacheRead) * price.cachedInput +
    BigInt(usage.cacheWrite) * price.cacheWrite +
    BigInt(usage.output) * price.output;
  return (total + TOKENS_PER_PRICE - 1n) / TOKENS_PER_PRICE;
}
