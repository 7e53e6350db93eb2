import { hashOf } from "./linear/feature-hash";
import type { Named } from "./linear/features";
import { TermIndex } from "./term-index";
import { CONFIDENTIAL } from "./vocabulary/confidential";
import { CONTRACT } from "./vocabulary/contract";
import { HEALTH } from "./vocabulary/health";
import { LEADERSHIP } from "./vocabulary/leadership";
import { LEGAL } from "./vocabulary/legal";
import { MARKETS } from "./vocabulary/markets";
import { PRICING } from "./vocabulary/pricing";
import { SIGNS } from "./vocabulary/signs";
import type { Evidence, Theme } from "./vocabulary/theme";
import type { Words } from "./words";

const THEMES: readonly Theme[] = [HEALTH, MARKETS, LEGAL, CONTRACT, PRICING, LEADERSHIP, CONFIDENTIAL, SIGNS];

/** One idea with the evidence that it is part of. */
export interface RiskIdea extends Named {
  readonly evidence: readonly (Evidence & { readonly other: RiskIdea | null })[];
  /** Its number, where a scan remembers when it was last seen. */
  readonly number: number;
  /** Of its feature. */
  readonly hash: number;
}

/** An idea that was found, with the numbers of its first and last word. */
export interface RiskHit {
  readonly idea: RiskIdea;
  readonly first: number;
  readonly last: number;
}

/** Of a harmless phrase; nothing is found inside it. */
const HARMLESS = null;

const { index, ideaCount } = compile();

export const RISK_IDEAS_COUNT = ideaCount;

/** Every idea of the risks' vocabulary that a text says, in order of the first word; none inside a harmless phrase that stands on one line. */
export function scanRiskIdeas(words: Words, visit: (idea: RiskIdea, first: number, last: number) => void): void {
  let harmlessTo = -1;
  index.scan(words, (idea, first, last) => {
    if (idea !== HARMLESS) {
      if (first > harmlessTo) visit(idea, first, last);
    } else if (isOneLine(words, first, last)) harmlessTo = Math.max(harmlessTo, last);
  });
}

const isOneLine = ({ text, ends, starts }: Words, first: number, last: number): boolean => !text.slice(ends[first]!, starts[last]!).includes("\n");

function compile(): { index: TermIndex<RiskIdea | null>; ideaCount: number } {
  const entries: [string, RiskIdea | null][] = [];
  let number = 0;
  for (const { ideas, evidence, harmless } of THEMES) {
    // Harmless phrases come first among equals: the index keeps the order in which they were given.
    for (const phrase of harmless) entries.push([phrase, HARMLESS]);
    const named = new Map<string, RiskIdea & { evidence: (Evidence & { other: RiskIdea | null })[] }>();
    for (const name of Object.keys(ideas)) named.set(name, { nameAt: () => `@${name}`, number: number++, hash: hashOf(`@${name}`), evidence: [] });
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
