import { AppError } from "@leverframe/kernel";
import { hashOfName } from "./feature-hash";

/**
 * A linear model: for each output the sum of the weights of what was found. Weights are small integers, so that every
 * machine computes the same. Its text begins with a line for its version, one of outputs and one of biases; then features
 * follow, parted by `;` or line breaks: a name, a blank, and the weights as pairs of output (a letter, in the order of
 * outputs) and integer, as in `summa* c212f-40`.
 */
export class LinearModel {
  readonly version: string;
  readonly outputs: readonly string[];
  readonly biases: Int32Array;
  /** Open addressing: hash and row number + 1 by slot; 0 is an empty slot. */
  private readonly hashes: Int32Array;
  private readonly rows: Int32Array;
  private readonly mask: number;
  private readonly weights: Int16Array;

  constructor(text: string) {
    const [version, outputs, biases, ...features] = text.trim().split(/[\n;]/);
    this.version = version!;
    this.outputs = outputs!.split(" ");
    this.biases = Int32Array.from(biases!.split(" "), Number);
    if (this.biases.length !== this.outputs.length) throw new AppError("internal", `linear model \`${this.version}\`: ${this.biases.length} biases, expected ${this.outputs.length}`);
    const slots = 2 ** Math.ceil(Math.log2(features.length * 2 + 2));
    this.mask = slots - 1;
    this.hashes = new Int32Array(slots);
    this.rows = new Int32Array(slots);
    this.weights = new Int16Array(features.length * this.outputs.length);
    features.forEach((feature, row) => this.addRow(feature, row));
  }

  private addRow(feature: string, row: number): void {
    const [name, pairs] = feature.split(" ");
    const hash = hashOfName(name!);
    const slot = this.slotOf(hash);
    if (this.rows[slot] !== 0) throw new AppError("internal", `linear model \`${this.version}\`: feature \`${name}\` has the hash of another`);
    this.hashes[slot] = hash;
    this.rows[slot] = row + 1;
    for (const [, letter, weight] of pairs!.matchAll(/([a-z])(-?\d+)/g)) this.weights[row * this.outputs.length + letter!.charCodeAt(0) - 97] = Number(weight);
  }

  private slotOf(hash: number): number {
    let slot = (hash ^ (hash >>> 15)) & this.mask;
    while (this.rows[slot] !== 0 && this.hashes[slot] !== hash) slot = (slot + 1) & this.mask;
    return slot;
  }

  /** Adds the feature's weights to the sums, one for each output; a feature that was never learned adds nothing. */
  add(sums: Int32Array, hash: number): void {
    const row = this.rows[this.slotOf(hash)]!;
    if (row === 0) return;
    const width = sums.length;
    const from = (row - 1) * width;
    for (let output = 0; output < width; output++) sums[output]! += this.weights[from + output]!;
  }

  /** The weight of a feature for one output; 0 for one that was never learned. */
  weightOf(hash: number, output: number): number {
    const row = this.rows[this.slotOf(hash)]!;
    return row === 0 ? 0 : this.weights[(row - 1) * this.outputs.length + output]!;
  }
}
