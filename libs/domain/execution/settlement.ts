import { costOf, type Price } from "@leverframe/catalog";
import type { Usage } from "@leverframe/events";
import { type MicroUsd, type NanoUsd, toMicroUsd } from "@leverframe/kernel";
import type { Billed } from "./provider-error";

/** What one ended call is charged, and what an auditor must be told about the figure. */
export interface Settlement {
  readonly costNanoUsd: NanoUsd;
  readonly chargeMicroUsd: MicroUsd;
  readonly usage: Usage | null;
  /** Begins with `charged_at_worst_case`, `charged_at_estimate` or `billed_above_worst_case`; null when the provider's own count was used. */
  readonly note: string | null;
}

/**
 * The charge of one call: what its tokens cost at the catalog's price, never more than the reservation holds for it.
 * - Not billed: nothing.
 * - No usable usage, or nobody saw the end: the worst case, since the provider may bill all of it.
 * - Usage above the worst case: `max_tokens` was enforced, so the provider counts otherwise than its price list says.
 *   The accounts are charged the worst case (settled ≤ reserved, I3), the attempt keeps the true cost and the note:
 *   the difference is a dispute with the provider, to be found by reconciliation, and never hidden by clamping the cost.
 */
export function settlementOf(billed: Billed, usage: Usage | null, price: Price, worstCaseNanoUsd: NanoUsd): Settlement {
  const counted = usableUsage(usage);
  if (billed === "no") return { costNanoUsd: 0n, chargeMicroUsd: 0, usage: counted, note: null };
  if (counted === null) return worstCaseSettlement(worstCaseNanoUsd);
  const costNanoUsd = costOf(counted, price);
  if (costNanoUsd <= worstCaseNanoUsd) {
    return { costNanoUsd, chargeMicroUsd: toMicroUsd(costNanoUsd), usage: counted, note: null };
  }
  const note = `billed_above_worst_case: reserved were ${worstCaseNanoUsd} nano-dollars`;
  return { costNanoUsd, chargeMicroUsd: toMicroUsd(worstCaseNanoUsd), usage: counted, note };
}

/** What came of an answer that broke off: bounds of the tokens that were sent and received. */
export interface PartSeen {
  readonly inputTokensMax: number;
  readonly outputTokensMax: number;
  /** The model may have thought as well, which nobody sees: so many tokens may be billed. Null: it shows all that it makes. */
  readonly thoughtTokensMax: number | null;
}

/** Text has about four bytes a token; a count of less than one for eight bytes was told before what came after it. */
const BYTES_PER_TOKEN_MAX = 8;

/**
 * The charge of a stream that broke off: by the provider's own count where it told one that covers what came, else by
 * what came at most, a token for each byte. Providers stop soon after nobody listens, so this is nearer to their invoice
 * than the worst case, which it never exceeds; the note tells an auditor that it is an estimate. Of a model that thinks
 * the whole answer's limit counts, and no count that was told on the way: it may be of what was shown alone.
 */
export function settlementOfPart(usage: Usage | null, seen: PartSeen, price: Price, worstCaseNanoUsd: NanoUsd): Settlement {
  const counted = usableUsage(usage);
  const { thoughtTokensMax } = seen;
  if (counted && thoughtTokensMax === null && counted.outputTokens * BYTES_PER_TOKEN_MAX >= seen.outputTokensMax) {
    return settlementOf("yes", counted, price, worstCaseNanoUsd);
  }
  const inputTokens = counted?.inputTokens ?? seen.inputTokensMax;
  const cachedInputTokens = counted?.cachedInputTokens ?? 0;
  const estimate = costOf({ inputTokens, cachedInputTokens, outputTokens: thoughtTokensMax ?? seen.outputTokensMax }, price);
  const costNanoUsd = estimate < worstCaseNanoUsd ? estimate : worstCaseNanoUsd;
  const thought = thoughtTokensMax === null ? "" : ", and the model may have thought";
  const note = `charged_at_estimate: the answer broke off after at most ${seen.outputTokensMax} tokens${thought}`;
  return { costNanoUsd, chargeMicroUsd: toMicroUsd(costNanoUsd), usage: counted, note };
}

export function worstCaseSettlement(worstCaseNanoUsd: NanoUsd): Settlement {
  const note = "charged_at_worst_case: no usage was seen";
  return { costNanoUsd: worstCaseNanoUsd, chargeMicroUsd: toMicroUsd(worstCaseNanoUsd), usage: null, note };
}

/** Events carry token counts as 32-bit integers. */
const TOKENS_MAX = 2_147_483_647;

/** Null unless every count is a whole number in range: a nonsensical count must not become a charge. */
function usableUsage(usage: Usage | null): Usage | null {
  if (usage === null) return null;
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  for (const count of [inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens]) {
    if (!Number.isSafeInteger(count) || count < 0 || count > TOKENS_MAX) return null;
  }
  return usage;
}
