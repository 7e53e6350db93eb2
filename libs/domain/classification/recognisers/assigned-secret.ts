import type { Words } from "../words";

/** Words that name a secret by themselves, and those that need another in front (`api key`), folded. */
export const SECRET_NAMES: ReadonlySet<string> = new Set(
  "password passwords passwd pwd passphrase passwort kennwort contrasena apikey authtoken accesstoken clientsecret secretkey accesskey secret token key passe clave senha".split(" "),
);
/** What must stand right before a word that alone is too common. */
const NEEDS_BEFORE: Readonly<Record<string, ReadonlySet<string>>> = {
  key: new Set("api access secret private auth signing encryption license account storage".split(" ")),
  token: new Set("api access auth refresh bot bearer session oauth id deploy personal".split(" ")),
  passe: new Set(["de"]),
  clave: new Set(["la", "su", "mi", "api"]),
};

const ASSIGNED = /["'\])]{0,2} ?(?::=|=>|[:=]| is| lautet| est| es) ?["'`]?([^\s"'`<>{}()]{8,200})/y;
const PLACEHOLDER = /^(?:your|my|the|xxx|example|changeme|placeholder|redacted|process\.|os\.|env\.|\$|\*|\.{3}|%)|(?:_here|example)$/i;

/** Whether a value looks made by a generator or chosen as a password: letters and digits, and no stand-in. */
export const looksSecret = (value: string): boolean => /\d/.test(value) && /[A-Za-z]/.test(value) && !PLACEHOLDER.test(value) && !/^\d+(?:[.,:]\d+)*[A-Za-z]{0,2}$/.test(value);

export const SECRET_ASSIGNMENT = {
  /** The value that is assigned to the name at word `at` on the same line, or null. */
  find({ text, folded, ends }: Words, at: number): { start: number; end: number } | null {
    const needed = NEEDS_BEFORE[folded[at]!];
    if (needed !== undefined && !needed.has(folded[at - 1] ?? "")) return null;
    ASSIGNED.lastIndex = ends[at]!;
    const value = ASSIGNED.exec(text)?.[1]?.replace(/[.,;:!?]+$/, "");
    if (value === undefined || !looksSecret(value)) return null;
    const start = text.indexOf(value, ends[at]!);
    return { start, end: start + value.length };
  },
};
