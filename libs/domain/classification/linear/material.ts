/** Closing marks by the opening one. */
const QUOTES: Readonly<Record<string, string>> = { '"': '"', "“": "”", "„": "“", "«": "»", "```": "```" };
const OPENS = /```|["“„«]|:(?=\s)/g;

/** A part of a text that came with an instruction, from one offset to before another. */
export interface Material {
  readonly from: number;
  readonly to: number;
}

/**
 * What stands in quotation marks or fences, or behind a colon to the end of its line: rather what an instruction is about
 * than what it says. Time is linear: every search begins where the last one ended.
 */
export function materialIn(text: string): Material[] {
  const parts: Material[] = [];
  let at = 0;
  for (;;) {
    OPENS.lastIndex = at;
    const opened = OPENS.exec(text);
    if (opened === null) return parts;
    const from = opened.index + opened[0].length;
    const closing = QUOTES[opened[0]] ?? "\n";
    const closed = text.indexOf(closing, from);
    const to = closed === -1 ? text.length : closed;
    parts.push({ from, to });
    if (closed === -1) return parts;
    at = to + closing.length;
  }
}
