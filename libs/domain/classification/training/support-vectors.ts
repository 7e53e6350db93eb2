/** One example: the numbers of its features, each with the same weight 1 / √n, and which outputs it has. */
export interface Example {
  readonly features: Int32Array;
  /** 1 / √(number of features) for texts of any length to count alike. */
  readonly scale: number;
  readonly outputs: ReadonlySet<number>;
  /** How much a mistake on it costs. */
  readonly cost: number;
}

/**
 * Weights of a linear support vector machine with squared hinge loss for one output against all others, by dual coordinate
 * descent (Hsieh et al., ICML 2008, algorithm 1). Only sums, products and quotients, and an order drawn by our own
 * generator: every machine computes the same bits. The last weight is the bias.
 */
export function trainOutput(examples: readonly Example[], featureCount: number, output: number, { passes, positiveCost }: { passes: number; positiveCost: number }): Float64Array {
  const weights = new Float64Array(featureCount + 1);
  const alphas = new Float64Array(examples.length);
  const order = Int32Array.from(examples, (_, i) => i);
  const random = generator(output + 1);
  for (let pass = 0; pass < passes; pass++) {
    shuffle(order, random);
    for (const number of order) {
      const { features, scale, outputs, cost } = examples[number]!;
      const isPositive = outputs.has(output);
      const label = isPositive ? 1 : -1;
      const diagonal = 0.5 / (cost * (isPositive ? positiveCost : 1));
      let sum = weights[featureCount]! * BIAS;
      for (const feature of features) sum += weights[feature]! * scale;
      const gradient = label * sum - 1 + diagonal * alphas[number]!;
      const before = alphas[number]!;
      const after = Math.max(0, before - gradient / (features.length * scale * scale + BIAS * BIAS + diagonal));
      alphas[number] = after;
      const step = (after - before) * label;
      if (step === 0) continue;
      for (const feature of features) weights[feature]! += step * scale;
      weights[featureCount]! += step * BIAS;
    }
  }
  return weights;
}

/** The value of the feature that every example has. */
const BIAS = 1;

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffle(order: Int32Array, random: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
}
