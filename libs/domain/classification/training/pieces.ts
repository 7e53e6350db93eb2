/** The files of pieces that lessons are put together from, by name without ending (`orders-en`), with their text. */
export type PieceFiles = Readonly<Record<string, string>>;

export const LANGUAGES: readonly string[] = ["en", "de", "fr", "es"];

/** Which tasks a body goes with: prose with most, code, numbers and agents' states with their own. */
export type BodyKind = "prose" | "nums" | "code" | "agent";

/** Material that a request may come with, and the signals that it has. */
export interface Body {
  readonly kind: BodyKind;
  readonly language: string;
  readonly signals: readonly string[];
  readonly text: string;
}

/** A way to ask for a task. */
export interface Order {
  readonly taskType: string;
  readonly text: string;
}

/** Lines of a file, each cut at `|`; `⏎` stands for a line break. */
export const rowsOf = (text: string): string[][] =>
  text.split("\n").filter((line) => line !== "").map((line) => line.split("|").map((cell) => cell.replaceAll("⏎", "\n")));

export const signalsOf = (cell: string): string[] => (cell === "-" ? [] : cell.split("+"));

/** `orders-<language>`: a task, then ways to ask for it. */
export const ordersIn = (files: PieceFiles, language: string): Order[] =>
  rowsOf(files[`orders-${language}`] ?? "").flatMap(([taskType, ...orders]) => orders.map((text) => ({ taskType: taskType!, text })));

/** `bodies-en`: kind, signals, text; `bodies-other`: kind, language, signals, text. A text may itself hold `|`. */
export const bodiesIn = (files: PieceFiles): Body[] => [
  ...rowsOf(files["bodies-en"] ?? "").map(([kind, signals, ...text]): Body => ({ kind: kind as BodyKind, language: "en", signals: signalsOf(signals!), text: text.join("|") })),
  ...rowsOf(files["bodies-other"] ?? "").map(([kind, language, signals, ...text]): Body => ({ kind: kind as BodyKind, language: language!, signals: signalsOf(signals!), text: text.join("|") })),
];

/** Every other file: language, what the parts are (`who`, `what`, `event`, `quiet`), parts. Returns the parts of a language by what they are. */
export function partsIn(files: PieceFiles, language: string): (what: string) => readonly string[] {
  const parts = new Map<string, string[]>();
  for (const [name, text] of Object.entries(files)) {
    if (name.startsWith("orders-") || name.startsWith("bodies-")) continue;
    for (const [of, what, ...list] of rowsOf(text)) if (of === language) parts.set(what!, [...(parts.get(what!) ?? []), ...list]);
  }
  return (what) => parts.get(what) ?? [];
}
