/** What a prompt asks its answer to look like, as far as plain reading finds it. */
export interface AskedShape {
  /** Names of the sections that the answer must have, in order. */
  readonly sections: readonly string[];
  /** The letters of a multiple-choice question, empty when it isn't one. */
  readonly choices: readonly string[];
  readonly wordsMax: number | null;
  readonly wantsCode: boolean;
  /** It is about a contract: a good answer names the clauses that it speaks of. */
  readonly wantsClauses: boolean;
  /** Words that the prompt is about. */
  readonly terms: readonly [string, ...string[]];
}

/** Only this much of a prompt is read for its shape, from both ends: the cost of a call stays flat. */
const READ_CHARS_MAX = 4_000;
const SECTIONS_MAX = 12;
const SECTION_CHARS_MAX = 60;
const TERMS_MAX = 6;

const QUOTED = /["“'`]([^"”'`\n]{2,60})["”'`]/g;
const AFTER_WORD = /\b(?:sections?|headings?|headers?)\b[^\S\n]*(?:named|called|titled|are|:|—|-)?([^\n]{0,300})/gi;
const BEFORE_WORD = /((?:["“][^"”\n]{2,60}["”](?:,|\s|and|und|or)*)+)(?:sections?|headings?)\b/gi;
const HEADING_LINE = /^#{1,4}[^\S\n]+([^\n]{2,60})$/gm;
const CHOICE_LINE = /^\s*\(?([A-J])[.):]\s+\S/gm;
const WORDS_MAX = /(?:at most|no more than|under|up to|within|max(?:imum)?(?: of)?|in)\s+(\d{1,4})\s+words/i;
const CODE = /```|\b(?:write|implement|refactor|fix|debug)\b[^.\n]{0,60}\b(?:code|function|class|script|query)\b/i;
const CLAUSES = /\b(?:contract|clause|agreement|vertrag|contrat|contrato)s?\b/i;
const WORD = /\p{L}[\p{L}\p{N}-]{4,24}/gu;

const COMMON = new Set(
  (
    "about above after again against answer based because before being below between classify could describe draft " +
    "during every explain following given having include includes including itself please provide question refer " +
    "reply request response section sections should since summary their there these those through under using where " +
    "which while whose within would write yourself"
  ).split(" "),
);

function cleanName(raw: string): string {
  return raw
    .replace(/^[\s#*\-"“”'`:]+|[\s*"“”'`:.;,]+$/g, "")
    .replace(/^(?:and|und)\s+/i, "")
    .trim();
}

function listed(rest: string): string[] {
  const quoted = [...rest.matchAll(QUOTED)].map((match) => match[1] ?? "");
  if (quoted.length > 0) return quoted;
  // Unquoted names are a list only after a colon-like opening, and end with the sentence; names are capitalised.
  const sentence = rest.split(/[.;(]/, 1)[0] ?? "";
  const names = sentence.split(/,|\band\b/).map(cleanName);
  return names.every((name) => /^\p{Lu}/u.test(name)) ? names : [];
}

function findSections(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(HEADING_LINE)) found.push(match[1] ?? "");
  for (const match of text.matchAll(BEFORE_WORD)) found.push(...listed(match[1] ?? ""));
  for (const match of text.matchAll(AFTER_WORD)) found.push(...listed(match[1] ?? ""));
  const names = found.map(cleanName).filter((name) => name.length > 1 && name.length <= SECTION_CHARS_MAX);
  return [...new Set(names)].slice(0, SECTIONS_MAX);
}

function findChoices(text: string): string[] {
  const letters = [...text.matchAll(CHOICE_LINE)].map((match) => match[1] ?? "");
  const inOrder = letters.every((letter, index) => letter.charCodeAt(0) === 65 + index);
  return letters.length >= 3 && inOrder ? letters : [];
}

function findTerms(text: string): [string, ...string[]] {
  const terms = new Set<string>();
  for (const match of text.matchAll(WORD)) {
    const word = match[0].toLowerCase();
    if (!COMMON.has(word)) terms.add(word);
    if (terms.size === TERMS_MAX) break;
  }
  const [first = "the request", ...rest] = terms;
  return [first, ...rest];
}

/** Reads what the whole prompt asks for; the terms are those of the question in it. */
export function readShape(prompt: string, question = prompt): AskedShape {
  const text =
    prompt.length <= READ_CHARS_MAX
      ? prompt
      : `${prompt.slice(0, READ_CHARS_MAX / 2)}\n${prompt.slice(-READ_CHARS_MAX / 2)}`;
  const wordsMax = WORDS_MAX.exec(text)?.[1];
  return {
    sections: findSections(text),
    choices: findChoices(text),
    wordsMax: wordsMax === undefined ? null : Number(wordsMax),
    wantsClauses: CLAUSES.test(text),
    wantsCode: CODE.test(text),
    terms: findTerms(question.slice(0, READ_CHARS_MAX)),
  };
}
