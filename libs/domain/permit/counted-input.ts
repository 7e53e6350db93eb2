/**
 * Prompts are bounded by their bytes. Where that bound decides (a context that it does not fit, a ceiling that it breaks),
 * the gate counts what the prompt makes at a model and writes it into the permit's state, `inputTokens.<model>`: so the
 * decision replays without the prompt, and the stages after it need not count again.
 */
const COUNTED = "inputTokens.";

export const countedState = (counts: ReadonlyMap<string, number>): Record<string, string> =>
  Object.fromEntries([...counts].map(([model, tokens]) => [COUNTED + model, String(tokens)]));

const COUNT = /^\d{1,9}$/;

/** Upper bound of the tokens that the prompt makes at a model; null when nobody counted. */
export function countedInputTokens(state: Readonly<Record<string, string>> | undefined, model: string): number | null {
  const count = state?.[COUNTED + model];
  return count !== undefined && COUNT.test(count) ? Number(count) : null;
}

/** Every model that was counted, by its id. */
export function countedModels(state: Readonly<Record<string, string>>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of Object.keys(state)) {
    if (!key.startsWith(COUNTED)) continue;
    const model = key.slice(COUNTED.length);
    const tokens = countedInputTokens(state, model);
    if (tokens !== null) counts.set(model, tokens);
  }
  return counts;
}
