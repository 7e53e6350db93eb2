/** Nano-dollars: 1e-9 USD as an integer. Floating point never touches money. */
export type NanoUsd = bigint;

/** Micro-dollars: 1e-6 USD, the unit of the ledger's accounts (exact in a double up to nine billion dollars). */
export type MicroUsd = number;

const NANO_PER_USD = 1_000_000_000n;
const TOKENS_PER_PRICE = 1_000_000n;

/** Price of `tokens` at `nanoUsdPerMillionTokens`, rounded up to a whole nano-dollar. */
export function priceOf(tokens: number, nanoUsdPerMillionTokens: NanoUsd): NanoUsd {
  const product = BigInt(tokens) * nanoUsdPerMillionTokens;
  return (product + TOKENS_PER_PRICE - 1n) / TOKENS_PER_PRICE;
}

/** Nano-dollars as the ledger's micro-dollars, rounded up so that a charge is never smaller than its cost. */
export function toMicroUsd(nanoUsd: NanoUsd): MicroUsd {
  return Number((nanoUsd + 999n) / 1000n);
}

/** Parses a decimal dollar amount such as `3000`, `0.25` or `"1.25"`; null when it is none or finer than a nano-dollar. */
export function parseUsd(text: string | number): NanoUsd | null {
  // A comma parts thousands and nothing else: `0,25` is a quarter dollar to whoever writes it, and must not become 25.
  const match = /^(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d{1,9}))?$/.exec(String(text));
  if (!match) return null;
  const [, whole = "0", fraction = ""] = match;
  return BigInt(whole.replaceAll(",", "")) * NANO_PER_USD + BigInt(fraction.padEnd(9, "0"));
}

/** `$1,234.56` with as many decimals as asked (default 6), truncated towards zero. */
export function formatUsd(nanoUsd: NanoUsd, decimals = 6): string {
  const sign = nanoUsd < 0n ? "-" : "";
  const absolute = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  const whole = (absolute / NANO_PER_USD).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = (absolute % NANO_PER_USD).toString().padStart(9, "0").slice(0, decimals);
  return decimals > 0 ? `${sign}$${whole}.${fraction}` : `${sign}$${whole}`;
}
