import type { Request } from "@leverframe/events";
import { requestOf } from "./evaluation/labelled-request";
import { classify } from "./classify";

/** Units that, repeated, made or could make a pattern backtrack, a scan start over or a list grow. */
const HOSTILE: Readonly<Record<string, string>> = {
  letters: "a", blanks: " ", words: "a ", numbers: "1 ", groups: "4111 ", cards: "4111 1111 1111 1112 ", digits: "1", ats: "@", "half addresses": "a@", addresses: "a@b.c",
  dots: "a.b.", hyphens: "-", keys: "-----BEGIN ", tokens: "eyJ", "token parts": "eyJaaaaaaaaaaaaa.", prefixes: "sk-", slack: "xoxb-1-", urls: "a://a:", passwords: "password: ",
  bearers: "bearer a", plus: "+49 ", phones: "+1 415 555 2671 ", "wrong phones": "+123456789 ", named: "tel 0123456 ", ibans: "DE89 ", "wrong ibans": "DE89370400440532013001 ",
  terms: "contract ", pairs: "patient cancer ", "half phrases": "margin of ", harmless: "margin of error\n", births: "born 1.", dotless: "İ", marks: "a\u0301\u0302\u0303",
  joiners: "a\u200d", han: "漢字", surrogates: "😀a ", quotes: '"', fences: "```", images: "![a](", data: "data:image/", formats: "in json ", colons: ": ", lines: "\n\n",
  brackets: "(415) ", nir: "1 85 ", records: "MRN 12345 ", codes: "E11.9 diagnosis ", parts: "12-34-", tags: "<a>", names: "ANNA CANCER ", cues: "write a letter review the contract ",
};
const BYTES = 1_000_000;
const WHOLE_MS_MAX = 1_500;
const ROUNDS_MAX = 3;

const requestWith = (unit: string, characters: number) =>
  requestOf({ id: "x", language: "en", department: "R&D", text: unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters), labels: { taskType: "chat", riskClass: "low", signals: [], hard_negative: false } });

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Whether one of a few measurements is within bounds: what else the machine does only adds. */
function isCheap(half: Request, whole: Request): boolean {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const halfMs = cpuMs(() => classify(half));
    const wholeMs = cpuMs(() => classify(whole));
    if (wholeMs < WHOLE_MS_MAX && wholeMs < 4 * halfMs + 50) return true;
  }
  return false;
}

// The bench holds the target (100 ms for 1 MB). Here bounds are loose, for a busy machine: they catch what is not linear,
// since a quadratic scan of 1 MB takes minutes.
describe("hostile input", () => {
  it.each(Object.keys(HOSTILE))("1 MB of %s costs little, and twice as much input about twice as much", (name) => {
    expect(isCheap(requestWith(HOSTILE[name]!, BYTES / 2), requestWith(HOSTILE[name]!, BYTES))).toBe(true);
  });
});
