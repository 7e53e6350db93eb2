import { RISK_WEIGHTS } from "../weights/risk-weights";
import type { RiskHit } from "../risk-ideas";
import type { SignalSink } from "../signal-sink";
import type { Words } from "../words";
import { LinearModel } from "./linear-model";
import { forEachLine } from "./lines";
import { FEATURES_MIN, visitRiskFeatures } from "./risk-features";

export const RISK_MODEL = new LinearModel(RISK_WEIGHTS);
/** Stands on its signals. */
export const RISK_RECOGNISER = `linear-model@${RISK_MODEL.version}`;

/** A passage is at most so many lines that follow each other. */
const PASSAGE_LINES_MAX = 12;
/** A score from which a passage has the risk: measured, for few false ones (test/evaluation/README.md). */
export const SCORE_MIN = 300;
/** Above the least score, this much more is as sure as it gets. */
const SCORE_SURE = 1_500;

interface Line {
  readonly from: number;
  readonly to: number;
  readonly sums: Int32Array;
  readonly features: number;
}

/** The passage that speaks most for a risk, with the numbers of its first word and of the one behind its last. */
export interface Passage {
  readonly score: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Raises what a text says in words that no rule lists. Every passage of a few lines is judged by itself and one that has
 * the risk is enough, so that a further line of text never takes a signal away (I7). It can only add a signal.
 */
export function findModelledRisks(words: Words, hits: readonly RiskHit[], sink: SignalSink): void {
  const lines = linesOf(words, hits);
  RISK_MODEL.outputs.forEach((signal, output) => {
    const { score, from, to } = strongest(lines, output);
    if (score < SCORE_MIN) return;
    const confidence = Math.round(100 * (0.6 + 0.35 * Math.min(1, (score - SCORE_MIN) / SCORE_SURE))) / 100;
    sink.add({ signal, recogniser: RISK_RECOGNISER, riskClass: "regulated", confidence, start: words.starts[from]!, end: words.ends[to - 1]! });
  });
}

export function linesOf(words: Words, hits: readonly RiskHit[]): Line[] {
  const lines: Line[] = [];
  forEachLine(words, hits, (from, to, inLine) => {
    const sums = new Int32Array(RISK_MODEL.outputs.length);
    let features = 0;
    visitRiskFeatures(words, from, to, inLine, (hash) => {
      features++;
      RISK_MODEL.add(sums, hash);
    });
    lines.push({ from, to, sums, features });
  });
  return lines;
}

export function strongest(lines: readonly Line[], output: number): Passage {
  const bias = RISK_MODEL.biases[output]!;
  let best: Passage = { score: -Infinity, from: 0, to: 0 };
  for (let first = 0; first < lines.length; first++) {
    let sum = 0;
    let features = 0;
    for (let last = first; last < lines.length && last < first + PASSAGE_LINES_MAX; last++) {
      sum += lines[last]!.sums[output]!;
      features += lines[last]!.features;
      const score = sum / Math.sqrt(Math.max(FEATURES_MIN, features)) + bias;
      if (score > best.score) best = { score, from: lines[first]!.from, to: lines[last]!.to };
    }
  }
  return best;
}
