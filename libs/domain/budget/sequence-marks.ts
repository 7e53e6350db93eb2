import { AppError } from "@leverframe/kernel";

/** A hole in the journal: entries from `first` to `last`, both missing. */
export interface Gap {
  readonly first: number;
  readonly last: number;
}

const START = 1_024;
/** Four gigabytes of marks: a sequence beyond is no journal's. */
const PLACES_MAX = 1_000_000_000;

/**
 * Which places of the journal have been seen, and by whom, in four bytes for each: entries may come in any order and more
 * than once, and millions of ids would not fit in memory. Two ids are taken for one with a chance of one in four billion.
 */
export class SequenceMarks {
  readonly #from: number;
  #marks = new Uint32Array(START);
  #last: number;

  /** Nothing up to and including `after` is expected. */
  constructor(after = 0) {
    this.#from = after + 1;
    this.#last = after;
  }

  /** The highest place that was seen. */
  get last(): number {
    return this.#last;
  }

  /** `bad_record` for a sequence that no journal comes to. Places before the first are copies: somebody counted them. */
  mark(sequence: number, id: string): "new" | "copy" | "conflict" {
    const index = sequence - this.#from;
    if (!Number.isInteger(sequence) || index >= PLACES_MAX) {
      throw new AppError("bad_record", `entry \`${id}\` has sequence \`${sequence}\`; expected a whole number up to ${PLACES_MAX}`);
    }
    if (index < 0) return "copy";
    if (index >= this.#marks.length) this.#grow(index);
    const mark = markOf(id);
    const known = this.#marks[index];
    if (known) return known === mark ? "copy" : "conflict";
    this.#marks[index] = mark;
    this.#last = Math.max(this.#last, sequence);
    return "new";
  }

  /** At most `max` of them, in order. */
  gaps(max: number): readonly Gap[] {
    const gaps: Gap[] = [];
    const length = this.#last - this.#from + 1;
    for (let index = 0; index < length && gaps.length < max; index++) {
      if (this.#marks[index]) continue;
      const first = index;
      while (index < length && !this.#marks[index]) index++;
      gaps.push({ first: first + this.#from, last: index - 1 + this.#from });
    }
    return gaps;
  }

  #grow(index: number): void {
    const marks = new Uint32Array(Math.max(2 * this.#marks.length, index + 1));
    marks.set(this.#marks);
    this.#marks = marks;
  }
}

/** FNV-1a (32 bits) of the UTF-16 units; never zero, which stands for nothing. */
function markOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return hash >>> 0 || 1;
}
