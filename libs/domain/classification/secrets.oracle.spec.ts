import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import fc from "fast-check";
import { hitsOf, signalsOf } from "./testing/signals-of";

/** secretlint's rules, run as its engine runs them; they answer at once for text. */
function secretlintFinds(text: string): string[] {
  const found: string[] = [];
  const context = {
    sharedOptions: {},
    createTranslator: () => (key: string) => ({ message: key, messageId: key }),
    report: ({ range }: { range: readonly [number, number] }) => found.push(text.slice(range[0], range[1])),
    ignore: () => undefined,
    registerRule: (rule: { create(c: unknown, o: unknown): { file?(s: unknown): unknown } }, options: unknown) => {
      rule.create(context, (options as { options?: unknown })?.options ?? {}).file?.({ filePath: "prompt.txt", content: text, contentType: "text", ext: ".txt" });
    },
  };
  (creator.create as (c: unknown, o: unknown) => unknown)(context, {});
  return found;
}

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const LETTERS = `${LOWER}${LOWER.toUpperCase()}`;
const ALNUM = `${LETTERS}0123456789`;
const body = (characters: string, length: number) => fc.string({ unit: fc.constantFrom(...characters), minLength: length, maxLength: length });
const token = (prefix: string, characters: string, length: number, suffix = "") => body(characters, length).map((middle) => `${prefix}${middle}${suffix}`);

/** Tokens as their issuers make them. Prefixes are put together here so that no scanner takes this file for a leak. */
const TOKENS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  anthropic: token(`sk-${"ant"}-api03-`, ALNUM, 93, "AA"),
  openai: token("sk-", ALNUM, 20).chain((head) => body(ALNUM, 20).map((tail) => `${head}T3BlbkFJ${tail}`)),
  github: token("ghp" + "_", ALNUM, 36),
  githubFine: token("github_pat" + "_", ALNUM, 82),
  gitlab: token("glpat" + "-", ALNUM, 20),
  npm: token("npm" + "_", ALNUM, 36),
  slack: fc.tuple(body("0123456789", 12), body("0123456789", 12), body(ALNUM, 24)).map((parts) => `xoxb-${parts.join("-")}`),
  stripe: token("sk_" + "live_", ALNUM, 24),
  shopify: token("shpat" + "_", "0123456789abcdef", 32),
  groq: token("gsk" + "_", ALNUM, 52),
  huggingface: token("hf" + "_", LETTERS, 34),
  linear: token("lin_api" + "_", ALNUM, 40),
  databricks: token("dapi", "0123456789abcdef", 32),
  docker: token("dckr_pat" + "_", ALNUM, 27),
  figma: token("figd" + "_", ALNUM, 40),
  grafana: token("glsa" + "_", ALNUM, 32, "_0a1b2c3d"),
  vault: token("hvs.", ALNUM, 95),
  tailscale: fc.tuple(body(ALNUM, 12), body(ALNUM, 30)).map(([id, rest]) => `tskey-auth-${id}-${rest}`),
  sendgrid: fc.tuple(body(ALNUM, 22), body(ALNUM, 43)).map((parts) => `SG.${parts.join(".")}`),
  vercel: token("vcp" + "_", ALNUM, 24),
  postgres: body(ALNUM, 12).map((password) => `postgres://app:${password}@db.internal:5432/main`),
  basicAuth: body(ALNUM, 12).map((password) => `https://user:${password}@example.com`),
};

describe("our patterns against a maintained scanner", () => {
  it.each(Object.keys(TOKENS))("whatever secretlint finds of %s, we find", (name) => {
    let agreed = 0;
    fc.assert(
      fc.property(TOKENS[name]!, (secret) => {
        const text = `the deploy fails with ${secret} in the log`;
        if (secretlintFinds(text).length === 0) return;
        agreed++;
        expect(signalsOf(text).map(({ signal }) => signal)).toContain("secret");
      }),
      { numRuns: 20 },
    );
    expect(agreed).toBeGreaterThan(0);
  });

  it("points at the whole token", () => {
    fc.assert(
      fc.property(TOKENS["github"]!, (secret) => {
        expect(hitsOf(`use ${secret}, please`, "api-secret")).toEqual([secret]);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ["password: tr0ub4dor&3 works", "assigned-secret", "tr0ub4dor&3"],
    ["Passwort lautet Sommer2031!x", "assigned-secret", "Sommer2031!x"],
    ["mot de passe : ete2031vert", "assigned-secret", "ete2031vert"],
    ["Authorization: Bearer abcdefghij0123456789abcdefghij", "bearer-token", "abcdefghij0123456789abcdefghij"],
    ["-----BEGIN EC PRIVATE KEY-----", "private-key", "-----BEGIN EC PRIVATE KEY"],
  ])("%s", (text, recogniser, hit) => {
    expect(hitsOf(text, recogniser)).toEqual([hit]);
  });
});
