import type { DeltaSink, ProviderDelta } from "./provider-adapter";

/** Stands between an adapter and whoever takes its deltas: counts what came, and lets nothing through once the call has ended. */
export class DeltaMeter {
  /** An upper bound of the tokens that came: a UTF-16 unit is at most three bytes of UTF-8, and a token has at least one. */
  tokensMax = 0;
  private open = true;

  /** `to`: null when nobody watches, and what came is counted alone. */
  constructor(private readonly to: DeltaSink | null) {}

  readonly sink: DeltaSink = (delta) => {
    if (!this.open) return;
    this.tokensMax += tokensBound(delta);
    return this.to?.(delta);
  };

  /** Somebody has seen a part of the answer. */
  get shown(): boolean {
    return this.started && this.to !== null;
  }

  get started(): boolean {
    return this.tokensMax > 0;
  }

  close(): void {
    this.open = false;
  }
}

/** Tokens around the name and arguments of a tool call. */
const TOOL_OVERHEAD_TOKENS = 32;
const BYTES_PER_UNIT_MAX = 3;
const LATIN_MAX = 0x7f;

function tokensBound(delta: ProviderDelta): number {
  if (delta.type === "text") return bytesBound(delta.text);
  return bytesBound(delta.arguments) + (delta.name === null ? 0 : bytesBound(delta.name) + TOOL_OVERHEAD_TOKENS);
}

/** Exact for ASCII, which most deltas are; else three bytes for each unit. */
function bytesBound(text: string): number {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > LATIN_MAX) return text.length * BYTES_PER_UNIT_MAX;
  }
  return text.length;
}
