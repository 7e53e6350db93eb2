import type { Words } from "../words";

/** Words that name a secret by themselves, and those that need another in front (`api key`), folded. */
export const SECRET_NAMES: ReadonlySet<string> = new Set(
  "password passwords passwd pwd passphrase passwort kennwort contrasena apikey authtoken accesstoken clientsecret secretkey accesskey secret token key passe clave senha pw mdp passcode accountkey sharedaccesskey masterkey sign signing salt pat pass".split(" "),
);
/** What must stand right before a word that alone is too common. */
const NEEDS_BEFORE: Readonly<Record<string, ReadonlySet<string>>> = {
  key: new Set("api access secret private auth signing encryption license account storage".split(" ")),
  token: new Set("api access auth refresh bot bearer session oauth id deploy personal".split(" ")),
  passe: new Set(["de"]),
  clave: new Set(["la", "su", "mi", "api"]),
  sign: new Set(["jwt"]),
  signing: new Set(["jwt"]),
  salt: new Set(["password", "hash"]),
  pat: new Set(["github", "azure", "gitlab"]),
  pass: new Set(["db", "user", "smtp", "ftp", "admin", "root"]),
};

const ASSIGNED = /["'\])]{0,2} ?(?::=|=>|[:=]| is| lautet| est| es|(?: [\p{L}'’-]{1,20}){1,5}(?: ?[:=]| is| ist| lautet| est| es)) ?["'`]?([^\s"'`<>{}()]{8,200})/uy;
/** A password that follows its name with nothing between: only what no word of a language looks like. */
const FOLLOWING = / ["'`]?((?=\S{0,40}\d)(?=\S{0,40}[A-Z])(?=\S{0,40}[a-z])(?=\S{0,40}[^A-Za-z0-9\s,.;:!?"'`()])[^\s"'`<>{}()]{8,60})/y;
const FOLLOWED: ReadonlySet<string> = new Set("password passwort kennwort contrasena passe pw pwd mdp passcode".split(" "));
/** A value that a program made. */
const GENERATED_CHARS_MIN = 16;
const PLACEHOLDER = /^(?:your|my|the|xxx|example|changeme|placeholder|redacted|process\.|os\.|env\.|\$|\*|\.{3}|%)|(?:_here|example)$/i;

/** Whether a value looks made by a generator or chosen as a password: letters and digits, and no stand-in. */
export const looksSecret = (value: string): boolean => /\d/.test(value) && /[A-Za-z]/.test(value) && !PLACEHOLDER.test(value) && !/^\d+(?:[.,:]\d+)*[A-Za-z]{0,2}$/.test(value);

export const SECRET_ASSIGNMENT = {
  /** The value that is assigned to the name at word `at` on the same line, or null. */
  find({ text, folded, starts, ends }: Words, at: number): { start: number; end: number } | null {
    const needed = NEEDS_BEFORE[folded[at]!];
    const isNamed = needed === undefined || needed.has(folded[at - 1] ?? "");
    // `STRIPE_KEY=` names a secret too, when what follows is long enough to be one.
    const isVariable = !isNamed && text[starts[at]! - 1] === "_";
    if (!isNamed && !isVariable) return null;
    const value = valueAfter(text, ends[at]!, FOLLOWED.has(folded[at]!));
    if (value === undefined || !looksSecret(value) || (isVariable && value.length < GENERATED_CHARS_MIN)) return null;
    const start = text.indexOf(value, ends[at]!);
    return { start, end: start + value.length };
  },
};

function valueAfter(text: string, end: number, mayFollow: boolean): string | undefined {
  ASSIGNED.lastIndex = end;
  FOLLOWING.lastIndex = end;
  const found = ASSIGNED.exec(text) ?? (mayFollow ? FOLLOWING.exec(text) : null);
  return found?.[1]?.replace(/[.,;:!?]+$/, "");
}
