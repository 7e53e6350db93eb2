import type { PolicyFile } from "@leverframe/policy";
import type { Dice } from "./dice";

/** One file of a folder as somebody spoilt it; null: taken away. */
export interface Spoilt {
  readonly how: string;
  readonly file: string;
  readonly text: string | null;
}

type Spoil = (files: readonly PolicyFile[], dice: Dice) => Spoilt;

const anyFile = (files: readonly PolicyFile[], dice: Dice, pattern: RegExp): PolicyFile => dice.pick(files.filter(({ path }) => pattern.test(path)));

/** A new rule file with one rule in it. */
const withRule = (how: string, rule: string): Spoil => (_files, dice) => ({
  how,
  file: `rules/spoilt-${dice.roll(1_000)}.yaml`,
  text: `# ${dice.roll(10 ** 6)}\nrules:\n  - { id: spoilt-rule, owner: tests, ${rule} }\n`,
});

function replaced(how: string, pattern: RegExp, search: RegExp, replacement: string): Spoil {
  return (files, dice) => {
    const { path, text } = anyFile(files, dice, pattern);
    const at = [...text.matchAll(new RegExp(search, "g"))].map(({ index }) => index);
    const from = dice.pick(at);
    return { how, file: path, text: text.slice(0, from) + text.slice(from).replace(search, replacement) };
  };
}

/** Mistakes that people make in policies. */
export const SPOILERS: readonly Spoil[] = [
  withRule("an effect misspelt", "forbud: { tier: [premium] }, why: x"),
  withRule("no reason given", "forbid: { tier: [premium] }"),
  withRule("a tier that is none", "forbid: { tier: [premum] }, why: x"),
  withRule("a licence that is none", "require: { licence: [free] }, why: x"),
  withRule("a department that is none", "allow: all, when: { department: [Salse] }"),
  withRule("an attribute that is none", "allow: all, when: { deparment: [Sales] }"),
  withRule("two effects", "allow: all, prefer: all"),
  withRule("no effect", "why: x"),
  withRule("a mode that is none", "mode: enforced, allow: all"),
  withRule("an obligation that is none", "oblige: { auditTag: [x] }"),
  withRule("a check that is none", "oblige: { checks: [compleat] }"),
  withRule("a negative limit", "oblige: { outputTokensMax: -1 }"),
  withRule("an empty condition", "allow: all, when: {}"),
  replaced("a colon lost", /^(catalog|routes|budgets|applications)\.yaml$/, /^( *- [a-zA-Z]+|[a-zA-Z]+): /m, "$1 "),
  replaced("a bracket lost", /^(catalog|routes|applications)\.yaml$/, /\]/, ""),
  replaced("a tab as indentation", /\.yaml$/, /\n {2}/, "\n\t"),
  replaced("a price below nothing", /^catalog\.yaml$/, /outputUsd: */, "outputUsd: -"),
  replaced("a price that is a word", /^catalog\.yaml$/, /inputUsd: *[\d.]+/, "inputUsd: cheap"),
  replaced("a provider that is none", /^catalog\.yaml$/, /provider: *[\w-]+/, "provider: nobody"),
  replaced("a cap that is a word", /^budgets\.yaml$/, /capUsd: *[\d.]+/, "capUsd: much"),
  (_files, dice) => ({ how: "a file taken away", file: dice.pick(["catalog.yaml", "routes.yaml", "budgets.yaml", "applications.yaml"]), text: null }),
  (_files, dice) => ({ how: "a file that is none", file: `rulez-${dice.roll(1_000)}.yaml`, text: "rules: []\n" }),
  (_files, dice) => ({ how: "an anchor to nowhere", file: `rules/spoilt-${dice.roll(1_000)}.yaml`, text: "rules: *nowhere\n" }),
  (files, dice) => ({ how: "a file emptied", file: anyFile(files, dice, /^(catalog|routes|budgets|applications)\.yaml$/).path, text: "" }),
  (files, dice) => {
    const { text } = anyFile(files, dice, /^rules\//);
    // Last in the order in which files are read: it is the one that repeats.
    return { how: "every rule twice", file: `rules/zz-again-${dice.roll(1_000)}.yaml`, text };
  },
  (_files, dice) => ({
    how: "a case that does not hold",
    file: `cases/spoilt-${dice.roll(1_000)}.yaml`,
    text: "cases:\n  - name: nobody is ever permitted anything\n    request: { department: Sales }\n    expect: { refusal: made_up }\n",
  }),
];
