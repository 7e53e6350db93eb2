import type { FaultRule } from "./faults/script";
import type { LatencyMode, ModelConfig } from "./model-profile";

export interface SimulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** 1 when absent. */
  readonly seed?: number;
  /** Laid over the default card. */
  readonly models?: Readonly<Record<string, ModelConfig>>;
  /** Answers 404 for models that nobody described, and for those of the other wire. */
  readonly strictModels?: boolean;
  /** `instant` (the default) answers at once; `card` takes the card's distributions. A model's own latency always counts. */
  readonly latency?: LatencyMode;
  readonly faults?: readonly FaultRule[];
  /** The keys accepted; any key when absent. */
  readonly apiKeys?: readonly string[];
  /** Appends the call log to this JSONL file. */
  readonly callsFile?: string;
  /** How many calls memory holds; the bill and the file stay complete. */
  readonly callsMax?: number;
  /** Folder of the recorded data sets, or false for none. Where they usually are when absent. */
  readonly recorded?: string | false;
}

const NAMES: ReadonlySet<string> = new Set<keyof SimulatorOptions>([
  "port",
  "host",
  "seed",
  "models",
  "strictModels",
  "latency",
  "faults",
  "apiKeys",
  "callsFile",
  "callsMax",
  "recorded",
]);

/** Options from a configuration file. A misspelt option is refused: it would silently simulate something else. */
export function readOptions(json: string): SimulatorOptions {
  const value: unknown = JSON.parse(json);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError("simulator configuration must be an object");
  }
  for (const name of Object.keys(value)) {
    if (!NAMES.has(name)) throw new TypeError(`unknown simulator option \`${name}\``);
  }
  return value as SimulatorOptions;
}
