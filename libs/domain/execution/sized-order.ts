import { type Deployment, worstCaseOf } from "@leverframe/catalog";
import type { Clock } from "@leverframe/kernel";
import { countInput, type CountTokens } from "@leverframe/prompt";
import type { CallOrder } from "./call-order";
import { callPrice } from "./call-price";

export interface SizingDeps {
  /** Absent: prompts are bounded by their bytes alone. */
  readonly countTokens?: CountTokens;
  readonly clock: Clock;
}

/**
 * The order with a nearer bound of its prompt, where the bound by bytes would not let it pass: the gate and the ledger may
 * have counted, and nobody's claim about a prompt is taken for true here. What is counted then is the prompt that is sent.
 */
export async function sizedOrder({ countTokens, clock }: SizingDeps, order: CallOrder): Promise<CallOrder> {
  const { deployment, messages, tools, outputSchema, inputTokensMax } = order;
  if (!countTokens || !deployment || (fitsContext(order, deployment) && isCovered(order, deployment, clock.nowMicros()))) return order;
  const counts = await countInput([deployment.model], { messages, ...(tools ? { tools } : {}) }, outputSchema, countTokens);
  const counted = counts.get(deployment.model.id) ?? inputTokensMax;
  return counted < inputTokensMax ? { ...order, inputTokensMax: counted } : order;
}

export const fitsContext = ({ inputTokensMax, maxOutputTokens }: CallOrder, { model }: Deployment): boolean =>
  inputTokensMax + maxOutputTokens <= model.contextTokensMax;

function isCovered(order: CallOrder, deployment: Deployment, nowMicros: number): boolean {
  const price = callPrice(order, deployment, nowMicros);
  return price !== null && worstCaseOf(order.inputTokensMax, order.maxOutputTokens, price) <= order.worstCaseNanoUsd;
}
