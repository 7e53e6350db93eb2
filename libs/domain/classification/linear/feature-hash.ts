/**
 * Features are looked up by a hash of 32 bits; their names are for people. A name is a token: a word (`ward`), its first
 * letters (`summa*`), its last (`*itis`), an idea of the vocabulary (`@person`) or a mark of the text (`!question`); `^a`
 * is one at the beginning, `"a` one in the material of an instruction.
 */
const SEED = 0x811c9dc5;
const PRIME = 0x01000193;

export const STEM_CHARS = 5;
const STAR = 42;

/** FNV-1a over UTF-16 units. */
export function hashOf(token: string): number {
  let hash = SEED;
  for (let i = 0; i < token.length; i++) hash = Math.imul(hash ^ token.charCodeAt(i), PRIME);
  return hash;
}

/** Of the token `summa*` for `summarise`; a short word is its own stem. */
export function stemHashOf(word: string): number {
  if (word.length <= STEM_CHARS) return hashOf(word);
  let hash = SEED;
  for (let i = 0; i < STEM_CHARS; i++) hash = Math.imul(hash ^ word.charCodeAt(i), PRIME);
  return Math.imul(hash ^ STAR, PRIME);
}

/** Of the token `*rvice` for `service`. */
export function endHashOf(word: string): number {
  let hash = Math.imul(SEED ^ STAR, PRIME);
  for (let i = word.length - STEM_CHARS; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), PRIME);
  return hash;
}

export const stemOf = (word: string): string => (word.length <= STEM_CHARS ? word : `${word.slice(0, STEM_CHARS)}*`);
export const endOf = (word: string): string => `*${word.slice(-STEM_CHARS)}`;

const OPENING = 0xc2b2ae35;
const MATERIAL = 0x5bd1e995;
export const atOpening = (token: number): number => Math.imul(token ^ OPENING, PRIME);
export const inMaterial = (token: number): number => Math.imul(token ^ MATERIAL, PRIME);

/** The hash of a feature by its name. */
export function hashOfName(name: string): number {
  if (name.startsWith("^")) return atOpening(hashOf(name.slice(1)));
  return name.startsWith('"') ? inMaterial(hashOf(name.slice(1))) : hashOf(name);
}
