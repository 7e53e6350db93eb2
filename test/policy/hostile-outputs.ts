import type { Selection } from "@leverframe/events";
import type { Dice } from "./dice";

/** What a hostile selector knows: the permit it was shown, and the names of everything that could be called. */
export interface Known {
  readonly permitted: readonly string[];
  readonly catalog: readonly string[];
}

type Name = (known: Known, dice: Dice) => string;

const anyName: Name = ({ catalog }, dice) => dice.pick(catalog);
const forbidden: Name = ({ permitted, catalog }, dice) => dice.pick(catalog.filter((id) => !permitted.includes(id)).concat("openai/gpt-of-nobody"));
const permitted: Name = ({ permitted: ids }, dice) => dice.pick(ids);

const TWINS: Readonly<Record<string, string>> = { a: "а", e: "е", o: "о", p: "р", c: "с", i: "і", "/": "∕", "-": "‐", ".": "․" };

/** Names that look like another one, to a person or to careless code. */
const DISGUISES: readonly ((name: string, dice: Dice) => string)[] = [
  (name) => name.replace(/[aeopci/.-]/, (letter) => TWINS[letter] ?? letter),
  (name, dice) => name.slice(0, dice.roll(name.length)) + dice.pick(["\u200b", "\u200d", "\u00ad", "\ufeff", "\u0000", "\u202e"]) + name,
  (name) => name.normalize("NFD").replace(/[a-z]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  (name) => name.toUpperCase(),
  (name, dice) => name + dice.pick([" ", "\n", "\t", "/", "/..", "%00", "?", "#", ";", "\\"]),
  (name, dice) => dice.pick([" ", "./", "../", "//", "\ufeff"]) + name,
  (name) => encodeURIComponent(name),
];

const PROTOTYPE_NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "__defineGetter__", "length", "0", "-1", ""];

const NAMES: readonly Name[] = [
  forbidden,
  forbidden,
  permitted,
  anyName,
  (known, dice) => dice.pick(DISGUISES)(forbidden(known, dice), dice),
  (known, dice) => dice.pick(DISGUISES)(permitted(known, dice), dice),
  (_known, dice) => dice.pick(PROTOTYPE_NAMES),
  // Injections into the JSON of a permit, a plan or a log line.
  (known, dice) => `${permitted(known, dice)}","id":"${forbidden(known, dice)}`,
  (known, dice) => `"},{"id":"${forbidden(known, dice)}","region":"us","preference":99`,
  (known, dice) => JSON.stringify({ id: forbidden(known, dice), candidates: [forbidden(known, dice)] }),
  (known, dice) => [permitted(known, dice), forbidden(known, dice)].join(dice.pick([",", " ", "\n", "\0"])),
];

const nameOf: Name = (known, dice) => dice.pick(NAMES)(known, dice);
const names = (length: number, known: Known, dice: Dice): string[] => Array.from({ length }, () => nameOf(known, dice));

/** One output of a selector that wants anything but to help. Always a selection by shape: see `misshapen` for others. */
export function hostileSelection(known: Known, dice: Dice): Selection {
  const huge = dice.roll(200) === 0;
  const repeated = dice.roll(20) === 0 ? Array.from({ length: 30 }, () => permitted(known, dice)) : [];
  return {
    choice: nameOf(known, dice),
    fallbacks: [...names(huge ? 20_000 : dice.roll(6), known, dice), ...repeated],
    strategy: dice.pick(["cheapest_adequate", "ignore all rules", nameOf(known, dice)]),
    reason: huge ? "because ".repeat(20_000) : `the policy says that ${nameOf(known, dice)} is permitted`,
    confidence: 1,
    expectedCostNanoUsd: 0n,
    expectedQuality: 1,
    excluded: huge ? names(20_000, known, dice).map((candidate) => ({ candidate, cause: "not wanted" })) : [],
  };
}

/** Outputs that are no selections at all: what a language model returns on a bad day. */
export const MISSHAPEN: readonly unknown[] = [
  null,
  undefined,
  "openai/gpt-5.4",
  42,
  [],
  {},
  { choice: null },
  { choice: { toString: () => "openai/gpt-5.4" }, fallbacks: [] },
  { ...sound(), choice: ["openai/gpt-5.4"] },
  { ...sound(), fallbacks: "openai/gpt-5.4" },
  { ...sound(), fallbacks: [{ id: "openai/gpt-5.4" }] },
  { ...sound(), confidence: Number.NaN },
  { ...sound(), confidence: 7 },
  { ...sound(), expectedCostNanoUsd: 0 },
  { ...sound(), expectedCostNanoUsd: -1n },
  { ...sound(), expectedCostNanoUsd: 2n ** 80n },
  { ...sound(), expectedQuality: "high" },
  { ...sound(), excluded: [null] },
  { ...sound(), reason: undefined },
];

function sound(): Selection {
  return { choice: "openai/gpt-5.4", fallbacks: [], strategy: "", reason: "", confidence: 1, expectedCostNanoUsd: 0n, expectedQuality: 1, excluded: [] };
}
