import type { Span } from "./spans";

interface Node {
  readonly next: Map<number, Node>;
  /** The span whose text ends here. */
  span: Span | null;
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/**
 * Further places at which the text of some span stands as a word of its own: a passport number is recognised by the
 * word before it, and is the same number where that word is missing. In order, without what spans already cover.
 */
export function repetitionsOf(text: string, spans: readonly Span[]): readonly Span[] {
  const root: Node = { next: new Map(), span: null };
  for (const span of spans) addText(root, text, span);
  const found: Span[] = [];
  let covering = 0;
  for (let at = 0; at < text.length; ) {
    const covered = spans[covering];
    if (covered !== undefined && at >= covered.start) {
      at = Math.max(at, covered.end);
      covering++;
      continue;
    }
    const limit = covered?.start ?? text.length;
    const match = root.next.has(text.charCodeAt(at)) && isBoundary(text, at) ? longestAt(root, text, at, limit) : null;
    if (match !== null) found.push(match);
    at = match?.end ?? at + 1;
  }
  return found;
}

function addText(root: Node, text: string, span: Span): void {
  let node = root;
  for (let at = span.start; at < span.end; at++) {
    const code = text.charCodeAt(at);
    const known = node.next.get(code);
    if (known !== undefined) node = known;
    else node.next.set(code, (node = { next: new Map(), span: null }));
  }
  node.span ??= span;
}

function longestAt(root: Node, text: string, start: number, limit: number): Span | null {
  let node: Node | undefined = root;
  let longest: Span | null = null;
  for (let at = start; at < limit; ) {
    node = node.next.get(text.charCodeAt(at));
    if (node === undefined) break;
    at++;
    if (node.span !== null && isBoundary(text, at)) longest = { ...node.span, start, end: at };
  }
  return longest;
}

/** Whether a word may begin or end at this offset. */
function isBoundary(text: string, at: number): boolean {
  return at === 0 || at === text.length || !(LETTER_OR_DIGIT.test(text[at - 1]!) && LETTER_OR_DIGIT.test(text[at]!));
}
