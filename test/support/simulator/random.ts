/**
 * Seeded randomness. A call's draws come from (seed, model, prompt, how often this prompt was seen), never from a
 * generator shared by all calls: concurrent calls that arrive in another order still draw the same numbers.
 */
const GOLDEN_RATIO_32 = 0x9e3779b9;
const UINT32 = 2 ** 32;

/** Mixes all bits of a 32-bit word (the finalizer of MurmurHash3, by Austin Appleby). */
function mix(word: number): number {
  let x = word >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A 32-bit hash of a short text (FNV-1a, mixed). Prompts are hashed with SHA-256 instead, see `ask.ts`. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash);
}

/** One 32-bit word out of several; the order matters. */
export function combine(...words: readonly number[]): number {
  let state = 0;
  for (const word of words) state = mix(state + GOLDEN_RATIO_32 + (word >>> 0));
  return state;
}

/** A hash as a number in [0, 1). */
export function fraction(word: number): number {
  return mix(word) / UINT32;
}

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  private word(): number {
    this.state = (this.state + GOLDEN_RATIO_32) >>> 0;
    return mix(this.state);
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.word() / UINT32;
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.next() * items.length)] ?? items[0];
  }

  /** `words` × 8 hexadecimal digits, for ids. */
  hex(words: number): string {
    let text = "";
    for (let done = 0; done < words; done++) text += this.word().toString(16).padStart(8, "0");
    return text;
  }
}
