import { INSTANT, type LatencyProfile } from "./latency";
import { DEFAULT_MODEL, MODEL_CARD } from "./model-card";

/** The wires spoken, by the names that catalogs use. */
export type Api =
  | "openai"
  | "anthropic"
  | "azure-openai"
  | "bedrock"
  | "gemini"
  | "vertex"
  | "mistral"
  | "cohere"
  | "deepseek"
  | "huggingface"
  | "openrouter"
  | "perplexity"
  /** A server that speaks OpenAI's wire in its own way; adapters call it by `openai`. */
  | "compatible";

/** Nano-dollars (1e-9 USD) per million tokens; a number or a decimal string where it comes from JSON. */
export type NanoUsd = bigint | number | string;

export interface PriceConfig {
  readonly input: NanoUsd;
  readonly output: NanoUsd;
  /** Tokens read from a prompt cache; as `input` when absent. */
  readonly cachedInput?: NanoUsd;
  /** Tokens written to a prompt cache; as `input` when absent. */
  readonly cacheWrite?: NanoUsd;
}

export interface ModelConfig {
  /** The wire that serves it. Other wires answer 404 under `strictModels`. */
  readonly api?: Api;
  /** Who is billed and whom provider-wide faults hit, unless the URL names one (`/<provider>/v1/…`). */
  readonly provider?: string;
  /** 0..1: the share of prompts, the easiest first, that it answers well. */
  readonly skill?: number;
  readonly latency?: LatencyProfile;
  readonly price?: PriceConfig;
  /** Reasoning tokens as a share of the visible answer's tokens; billed as output. */
  readonly reasoningShare?: number;
  /** Names in the recorded data sets whose answers it gives, the first found counts. */
  readonly recordedAs?: readonly string[];
}

export interface Price {
  readonly input: bigint;
  readonly output: bigint;
  readonly cachedInput: bigint;
  readonly cacheWrite: bigint;
}

export interface ModelProfile {
  readonly name: string;
  /** Whether the model is in the card or the configuration. */
  readonly known: boolean;
  readonly api: Api | null;
  readonly provider: string | null;
  readonly skill: number;
  readonly latency: LatencyProfile;
  readonly price: Price;
  readonly reasoningShare: number;
  readonly recordedAs: readonly string[];
}

export type LatencyMode = "instant" | "card";

function toPrice(config: PriceConfig): Price {
  const input = BigInt(config.input);
  return {
    input,
    output: BigInt(config.output),
    cachedInput: config.cachedInput === undefined ? input : BigInt(config.cachedInput),
    cacheWrite: config.cacheWrite === undefined ? input : BigInt(config.cacheWrite),
  };
}

/** The card, under the configuration; profiles are resolved once per model. */
export class ModelProfiles {
  private readonly profiles = new Map<string, ModelProfile>();
  private readonly configs = new Map<string, ModelConfig>();

  constructor(
    configs: Readonly<Record<string, ModelConfig>>,
    private readonly latencyMode: LatencyMode,
  ) {
    for (const [name, config] of Object.entries(configs)) this.configure(name, config);
  }

  /** Lays a configuration over what is known of the model. Refuses one that cannot be used. */
  configure(name: string, config: ModelConfig): void {
    const merged = { ...this.configs.get(name), ...config };
    if (merged.skill !== undefined && !(merged.skill >= 0 && merged.skill <= 1)) {
      throw new RangeError(`skill of \`${name}\` must be between 0 and 1`);
    }
    if (merged.price !== undefined) toPrice(merged.price);
    this.configs.set(name, merged);
    this.profiles.delete(name);
  }

  get(name: string): ModelProfile {
    const found = this.profiles.get(name);
    if (found !== undefined) return found;
    const profile = this.resolve(name);
    // Names of unknown models come from requests: remembering them all would let requests fill the memory.
    if (profile.known) this.profiles.set(name, profile);
    return profile;
  }

  names(): string[] {
    return [...new Set([...Object.keys(MODEL_CARD), ...this.configs.keys()])];
  }

  private resolve(name: string): ModelProfile {
    const config = this.configs.get(name);
    const card = Object.hasOwn(MODEL_CARD, name) ? MODEL_CARD[name] : undefined;
    const usual = card ?? DEFAULT_MODEL;
    return {
      name,
      known: card !== undefined || config !== undefined,
      api: config?.api ?? card?.api ?? null,
      provider: config?.provider ?? card?.provider ?? null,
      skill: config?.skill ?? usual.skill,
      latency: config?.latency ?? (this.latencyMode === "card" ? usual.latency : INSTANT),
      price: toPrice(config?.price ?? usual.price),
      reasoningShare: config?.reasoningShare ?? usual.reasoningShare ?? 0,
      recordedAs: config?.recordedAs ?? usual.recordedAs ?? [],
    };
  }
}
