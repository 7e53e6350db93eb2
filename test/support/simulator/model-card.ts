/**
 * The models that the simulator knows by default. Names and orders of magnitude (price, speed, strength) are those of
 * real tiers; the figures are the simulator's own. `recordedAs` are stand-ins of like strength from the published data
 * sets: they say nothing about the model that carries the name here.
 */
import type { LatencyProfile } from "./latency";
import type { ModelConfig, PriceConfig } from "./model-profile";

export type CardEntry = ModelConfig & {
  readonly skill: number;
  readonly latency: LatencyProfile;
  readonly price: PriceConfig;
};

function lognormal(p50Ms: number, p99Ms: number, firstP50Ms: number, firstP99Ms: number): LatencyProfile {
  return {
    total: { kind: "lognormal", p50Ms, p99Ms },
    firstToken: { kind: "lognormal", p50Ms: firstP50Ms, p99Ms: firstP99Ms },
  };
}

const FRONTIER = lognormal(2_400, 12_000, 600, 2_500);
const STRONG = lognormal(1_500, 7_000, 400, 1_600);
const SMALL = lognormal(600, 2_800, 200, 900);
const HOSTED = lognormal(450, 2_000, 120, 600);

/** $ per million tokens, in cents: a price card is written in cents and read in nano-dollars. */
function cents(input: number, output: number, cachedInput: number, cacheWrite = input): PriceConfig {
  const nano = (amount: number): bigint => BigInt(amount) * 10_000_000n;
  return { input: nano(input), output: nano(output), cachedInput: nano(cachedInput), cacheWrite: nano(cacheWrite) };
}

const ARENA_STRONG = "gemini-2.0-flash-001";
const ARENA_WEAK = "claude-3-haiku-20240307";

export const MODEL_CARD: Readonly<Record<string, CardEntry>> = {
  "gpt-5.4": {
    api: "openai",
    provider: "openai",
    skill: 0.93,
    latency: FRONTIER,
    price: cents(250, 1_500, 25),
    reasoningShare: 0.5,
    recordedAs: ["gemini-1.5-pro-002", ARENA_STRONG],
  },
  "gpt-5.4-mini": {
    api: "openai",
    provider: "openai",
    skill: 0.8,
    latency: SMALL,
    price: cents(40, 240, 4),
    reasoningShare: 0.25,
    recordedAs: ["gemini-1.5-flash-002", ARENA_STRONG],
  },
  "claude-opus-4-8": {
    api: "anthropic",
    provider: "anthropic",
    skill: 0.95,
    latency: FRONTIER,
    price: cents(500, 2_500, 50, 625),
    recordedAs: ["gemini-1.5-pro-002", ARENA_STRONG],
  },
  "claude-sonnet-4-8": {
    api: "anthropic",
    provider: "anthropic",
    skill: 0.9,
    latency: STRONG,
    price: cents(300, 1_500, 30, 375),
    recordedAs: ["gemini-1.5-pro-002", ARENA_STRONG],
  },
  "claude-haiku-4-5": {
    api: "anthropic",
    provider: "anthropic",
    skill: 0.78,
    latency: SMALL,
    price: cents(100, 500, 10, 125),
    recordedAs: ["Meta-Llama-3_1-70B-Instruct", ARENA_WEAK],
  },
  "llama-3.3-70b-instruct": {
    api: "openai",
    provider: "oss",
    skill: 0.72,
    latency: HOSTED,
    price: cents(20, 60, 20),
    recordedAs: ["Meta-Llama-3_1-70B-Instruct", ARENA_WEAK],
  },
  "qwen3-coder": {
    api: "openai",
    provider: "oss",
    skill: 0.76,
    latency: HOSTED,
    price: cents(30, 120, 30),
    recordedAs: ["DeepSeek-Coder-V2", ARENA_WEAK],
  },
  "mistral-small": {
    api: "openai",
    provider: "oss",
    skill: 0.6,
    latency: HOSTED,
    price: cents(10, 30, 10),
    recordedAs: ["Mixtral-8x7B-Instruct-v0.1", ARENA_WEAK],
  },
};

/** What a model that nobody described gets. */
export const DEFAULT_MODEL: CardEntry = {
  skill: 0.75,
  latency: SMALL,
  price: cents(100, 400, 100),
};
