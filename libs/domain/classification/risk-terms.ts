import { CONFIDENTIAL } from "./vocabulary/confidential";
import { CONTRACT } from "./vocabulary/contract";
import { HEALTH } from "./vocabulary/health";
import { LEADERSHIP } from "./vocabulary/leadership";
import { LEGAL } from "./vocabulary/legal";
import { MARKETS } from "./vocabulary/markets";
import { PRICING } from "./vocabulary/pricing";
import type { Evidence, Theme } from "./vocabulary/theme";
import type { SignalSink } from "./signal-sink";
import { TermIndex } from "./term-index";
import type { Words } from "./words";

const THEMES: readonly Theme[] = [HEALTH, MARKETS, LEGAL, CONTRACT, PRICING, LEADERSHIP, CONFIDENTIAL];

/** Two ideas belong together when no more words than these lie from one to the other. */
const NEAR_WORDS = 18;

/** One idea with the evidence that it is part of. */
interface Idea {
  readonly evidence: readonly (Evidence & { readonly other: Idea | null })[];
  /** Its number, where a scan remembers when it was last seen. */
  readonly number: number;
}

/** Of a harmless phrase; nothing is found inside it. */
const HARMLESS = null;

const { index, ideaCount } = compile();

/**
 * Families of words that speak for a risk. Evidence only adds up, and harmless phrases end with their line, so that a
 * further line of text never takes a signal away (I7). One pass; a pair is checked against the other's last hit.
 */
export function findRiskTerms(words: Words, sink: SignalSink): void {
  const lastFirst = new Int32Array(ideaCount).fill(-1 - NEAR_WORDS * 2);
  let harmlessTo = -1;
  index.scan(words, (idea, first, last) => {
    if (idea === HARMLESS) {
      if (isOneLine(words, first, last)) harmlessTo = Math.max(harmlessTo, last);
      return;
    }
    if (first <= harmlessTo) return;
    lastFirst[idea.number] = first;
    for (const { signal, name, riskClass, confidence, other } of idea.evidence) {
      const from = other === null ? first : lastFirst[other.number]!;
      if (first - from > NEAR_WORDS) continue;
      sink.add({ signal, recogniser: `terms:${name}`, riskClass, confidence, start: words.starts[from]!, end: words.ends[last]! });
    }
  });
}

const isOneLine = ({ text, ends, starts }: Words, first: number, last: number): boolean => !text.slice(ends[first]!, starts[last]!).includes("\n");

function compile(): { index: TermIndex<Idea | null>; ideaCount: number } {
  const entries: [string, Idea | null][] = [];
  let number = 0;
  for (const { ideas, evidence, harmless } of THEMES) {
    // Harmless phrases come first among equals: the index keeps the order in which they were given.
    for (const phrase of harmless) entries.push([phrase, HARMLESS]);
    const named = new Map<string, Idea & { evidence: (Evidence & { other: Idea | null })[] }>();
    for (const name of Object.keys(ideas)) named.set(name, { number: number++, evidence: [] });
    for (const one of evidence) {
      const [idea, other] = one.of.map((name) => named.get(name));
      if (idea === undefined) throw new Error(`evidence \`${one.name}\`: unknown idea`);
      idea.evidence.push({ ...one, other: other ?? null });
      other?.evidence.push({ ...one, other: idea });
    }
    for (const [name, list] of Object.entries(ideas)) for (const term of list) entries.push([term, named.get(name)!]);
  }
  return { index: new TermIndex(entries), ideaCount: number };
}
