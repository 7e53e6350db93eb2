import type { SignalSink } from "../signal-sink";
import type { Words } from "../words";
import { SECRET_ASSIGNMENT, SECRET_NAMES, looksSecret } from "./assigned-secret";

// Why not a maintained scanner at run time: secretlint's preset, the best kept one, imports node:path, reads certificate files,
// answers through callbacks and has rules whose time grows with the square of the input. This room is pure, synchronous and
// linear. So the patterns are our own, and a test holds them to what secretlint finds (secrets.oracle.spec.ts).

const BODY = "[A-Za-z0-9_-]";

/** Prefixes of issued credentials, as the first word of the token (words end at `_`, `-` and `.`), with the whole token. */
const PREFIXES: Readonly<Record<string, RegExp>> = {
  ...same(["sk"], "sk-(?:ant-|proj-|svcacct-|admin-|or-v1-)?[A-Za-z0-9_-]{20,400}|sk_(?:live|test)_[A-Za-z0-9]{16,99}"),
  ...same(["rk"], "rk_(?:live|test)_[A-Za-z0-9]{16,99}"),
  ...same(["whsec"], "whsec_[A-Za-z0-9+/]{24,64}"),
  ...same(["ghp", "gho", "ghu", "ghs", "ghr"], "gh[pousr]_[A-Za-z0-9_.-]{36,400}"),
  ...same(["github"], "github_pat_[A-Za-z0-9_]{60,100}"),
  ...same(["glpat", "gldt", "glrt"], `gl(?:pat|dt|rt)-${BODY}{20,128}`),
  ...same(["xoxb", "xoxp", "xoxa", "xoxo", "xoxr", "xoxs", "xapp"], "x(?:ox[abporsp]|app)-[A-Za-z0-9-]{10,250}"),
  ...same(["npm"], "npm_[A-Za-z0-9_]{36}"),
  ...same(["hf"], "hf_[A-Za-z]{30,40}"),
  ...same(["gsk"], "gsk_[A-Za-z0-9]{40,60}"),
  ...same(["lin"], "lin_api_[A-Za-z0-9_]{32,128}"),
  ...same(["ntn"], "ntn_[A-Za-z0-9]{40,50}"),
  ...same(["dckr"], `dckr_pat_${BODY}{20,40}`),
  ...same(["figd"], `figd_${BODY}{40,200}`),
  ...same(["glc", "glsa"], "gl(?:c_[A-Za-z0-9+/]{32,400}|sa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})"),
  ...same(["hvs", "hvb", "hvr"], `hv[sbr]\\.${BODY}{24,300}`),
  ...same(["tskey"], "tskey-[a-z]{2,20}-[0-9A-Za-z_-]{20,101}"),
  ...same(["shppa", "shpca", "shpat", "shpss"], "shp(?:pa|ca|at|ss)_[A-Za-z0-9]{32,64}"),
  ...same(["vcp", "vci", "vca", "vcr", "vck"], "vc[piark]_[A-Za-z0-9]{20,60}"),
  ...same(["cfk", "cfut", "cfat"], "cf(?:k|ut|at)_[A-Za-z0-9]{40}[0-9a-f]{8}"),
  ...same(["sg"], "SG\\.[A-Za-z0-9_-]{16,128}\\.[A-Za-z0-9_-]{16,128}"),
  ...same(["dop", "doo", "dor"], "do[por]_v1_[a-f0-9]{64}"),
  ...same(["pypi"], `pypi-AgE${BODY}{40,400}`),
  ...same(["ops"], "ops_ey[A-Za-z0-9+/=]{100,1280}"),
  ...same(["ya29"], `ya29\\.${BODY}{30,400}`),
};

function same(prefixes: readonly string[], token: string): Record<string, RegExp> {
  const pattern = new RegExp(`(?:${token})(?![A-Za-z0-9])`, "y");
  return Object.fromEntries(prefixes.map((prefix) => [prefix, pattern]));
}

const TOKENS = new Map(Object.entries(PREFIXES));

/** Words at which findSecrets has something to look for; it also looks at long ones. */
export const SECRET_WORDS: readonly string[] = [...TOKENS.keys(), ...SECRET_NAMES, "begin", "bearer", "basic"];

/** Credentials whose prefix runs into the body: told by the first letters of a long word. */
const JOINED: readonly (readonly [prefix: string, pattern: RegExp])[] = [
  ["AKIA", /AKIA[A-Z0-9]{16}(?![A-Za-z0-9])/y],
  ["ASIA", /ASIA[A-Z0-9]{16}(?![A-Za-z0-9])/y],
  ["AIza", /AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9])/y],
  ["dapi", /dapi[A-Fa-f0-9]{32}(?:-\d)?(?![A-Za-z0-9])/y],
  ["eyJ", /eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{4,4000}\.[A-Za-z0-9_-]{10,1000}(?![A-Za-z0-9])/y],
];
export const JOINED_CHARS_MIN = 12;

const PRIVATE_KEY = /-----BEGIN ?(?:[A-Z]{1,20} ){0,3}PRIVATE KEY/y;
const URL_CREDENTIALS = /:\/\/[^\s:@/]{0,100}:([^\s@/]{3,200})@/y;
const BASIC = /\s{1,3}([A-Za-z0-9+/]{16,400}={0,2})(?![A-Za-z0-9])/y;
/** `-u name:password`, as curl takes it. */
const COMMAND_USER = /-u(?:ser)? {0,2}["']?[^\s:"']{1,60}:([^\s"']{6,100})/g;
const SLACK_HOOK = /hooks\.slack\.com\/services\/T[A-Za-z0-9]{6,14}\/B[A-Za-z0-9]{6,14}\/[A-Za-z0-9]{16,40}/g;
const BOT_TOKEN = /(?<![A-Za-z0-9])\d{8,10}:AA[A-Za-z0-9_-]{32,36}(?![A-Za-z0-9_-])/g;
const BEARER = /\s{1,3}([A-Za-z0-9._~+/-]{20,2000}={0,2})/y;

const SECRET = { signal: "secret", riskClass: "high" } as const;

/** Credentials that begin at word `at`: issued tokens, private keys, bearer tokens, and values assigned to a secret's name. */
export function findSecrets(words: Words, at: number, sink: SignalSink): void {
  const { text, folded, starts, ends } = words;
  const start = starts[at]!;
  const word = folded[at]!;
  const add = (recogniser: string, confidence: number, from: number, to: number): void =>
    sink.add({ ...SECRET, recogniser, confidence, start: from, end: to });

  const token = TOKENS.get(word) ?? (ends[at]! - start >= JOINED_CHARS_MIN ? joinedAt(text, start) : undefined);
  if (token !== undefined && sink.wants("api-secret")) {
    token.lastIndex = start;
    if (token.test(text)) add("api-secret", 0.97, start, token.lastIndex);
  }
  if (word === "begin" && start >= 5 && sink.wants("private-key")) {
    PRIVATE_KEY.lastIndex = start - 5;
    if (PRIVATE_KEY.test(text)) add("private-key", 0.99, start - 5, PRIVATE_KEY.lastIndex);
  }
  if (word === "bearer" && sink.wants("bearer-token")) {
    BEARER.lastIndex = ends[at]!;
    const found = BEARER.exec(text);
    if (found !== null && looksSecret(found[1]!)) add("bearer-token", 0.85, BEARER.lastIndex - found[1]!.length, BEARER.lastIndex);
  }
  if (word === "basic" && sink.wants("basic-credentials")) {
    BASIC.lastIndex = ends[at]!;
    const found = BASIC.exec(text);
    if (found !== null && looksSecret(found[1]!) && /[A-Z]/.test(found[1]!)) add("basic-credentials", 0.85, BASIC.lastIndex - found[1]!.length, BASIC.lastIndex);
  }
  if (SECRET_NAMES.has(word) && sink.wants("assigned-secret")) {
    const found = SECRET_ASSIGNMENT.find(words, at);
    if (found !== null) add("assigned-secret", 0.8, found.start, found.end);
  }
}

function joinedAt(text: string, start: number): RegExp | undefined {
  for (const [prefix, pattern] of JOINED) if (text.startsWith(prefix, start)) return pattern;
  return undefined;
}

/** Credentials that no word announces: of commands, of chat programs' hooks and bots. Each pattern begins with a literal, so that the search is linear. */
export function findUnnamedSecrets(text: string, sink: SignalSink): void {
  for (const [recogniser, pattern] of [["command-credentials", COMMAND_USER], ["api-secret", SLACK_HOOK], ["api-secret", BOT_TOKEN]] as const) {
    pattern.lastIndex = 0;
    for (let found = pattern.exec(text); found !== null && sink.wants(recogniser); found = pattern.exec(text)) {
      const value = found[1] ?? found[0];
      if (!looksSecret(value)) continue;
      const end = found.index + found[0].length;
      sink.add({ ...SECRET, recogniser, confidence: 0.85, start: end - value.length, end });
    }
  }
}

/** `scheme://user:password@host`. Both parts stop at the next slash, so that the search is linear. */
export function findUrlCredentials(text: string, sink: SignalSink): void {
  for (let at = text.indexOf("://"); at !== -1 && sink.wants("url-credentials"); at = text.indexOf("://", at + 3)) {
    URL_CREDENTIALS.lastIndex = at;
    const found = URL_CREDENTIALS.exec(text);
    if (found === null || /^[<${*[]|^(?:pass(?:word)?|pwd|x-oauth-basic)$/i.test(found[1]!)) continue;
    const end = URL_CREDENTIALS.lastIndex - 1;
    sink.add({ ...SECRET, recogniser: "url-credentials", confidence: 0.9, start: end - found[1]!.length, end });
  }
}
