import { z } from "zod";

/** One configurable value: how it is checked, what the reader of an error message is told, what holds when it is not set. */
export interface Setting<T> {
  readonly schema: z.ZodType<T>;
  /** Completes the sentence "expected …". */
  readonly expected: string;
  readonly doc: string;
  readonly fallback: T;
  /** Never printed. */
  readonly secret: boolean;
  /** Text of an environment variable as the raw value that `schema` checks. */
  readonly fromText: (text: string) => unknown;
}

export type SettingTree = { readonly [key: string]: Setting<unknown> | SettingTree };

/** The configuration that a tree of settings describes. */
export type ConfigOf<Tree> = {
  readonly [Key in keyof Tree]: Tree[Key] extends Setting<infer T> ? T : ConfigOf<Tree[Key]>;
};

const asIs = (text: string): unknown => text;
const asNumber = (text: string): unknown => (/^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text);
const asFlag = (text: string): unknown => ({ true: true, false: false, "1": true, "0": false })[text.trim()] ?? text;
const asList = (text: string): unknown =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

interface Described<T> {
  readonly doc: string;
  readonly fallback: T;
  readonly secret?: boolean;
}

function setting<T>(
  schema: z.ZodType<T>,
  expected: string,
  fromText: (text: string) => unknown,
  described: Described<T>,
): Setting<T> {
  return { schema, expected, fromText, secret: false, ...described };
}

const SOME_TEXT = /^.+$/s;

export const text = (described: Described<string>, pattern = SOME_TEXT, expected = "some text"): Setting<string> =>
  setting<string>(z.string().regex(pattern), expected, asIs, described);

export const optionalText = (described: Described<string | null>, pattern = SOME_TEXT, expected = "some text") =>
  setting<string | null>(z.string().regex(pattern).nullable(), expected, asIs, described);

export const url = (described: Described<string | null>, protocols: readonly string[]): Setting<string | null> =>
  setting<string | null>(
    z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol)).nullable(),
    `an address that starts with ${protocols.map((protocol) => `\`${protocol}//\``).join(" or ")}`,
    asIs,
    described,
  );

export const choice = <T extends string>(values: readonly [T, ...T[]], described: Described<T>): Setting<T> =>
  setting<T>(z.enum(values) as unknown as z.ZodType<T>, `one of ${list(values)}`, asIs, described);

export const optionalChoice = <T extends string>(values: readonly [T, ...T[]], described: Described<T | null>) =>
  setting<T | null>(z.enum(values).nullable() as unknown as z.ZodType<T | null>, `one of ${list(values)}`, asIs, described);

export const wholeNumber = (min: number, max: number, described: Described<number>): Setting<number> =>
  setting<number>(z.number().int().min(min).max(max), `a whole number from ${min} to ${max}`, asNumber, described);

export const optionalWholeNumber = (min: number, max: number, described: Described<number | null>) =>
  setting<number | null>(z.number().int().min(min).max(max).nullable(), `a whole number from ${min} to ${max}`, asNumber, described);

export const ratio = (described: Described<number>): Setting<number> =>
  setting<number>(z.number().min(0).max(1), "a number from 0 to 1", asNumber, described);

const FLAG = "`true` or `false`";

export const flag = (described: Described<boolean>): Setting<boolean> => setting<boolean>(z.boolean(), FLAG, asFlag, described);

export const optionalFlag = (described: Described<boolean | null>) =>
  setting<boolean | null>(z.boolean().nullable(), FLAG, asFlag, described);

export const texts = (described: Described<readonly string[]>, pattern: RegExp, item: string) =>
  setting<readonly string[]>(z.array(z.string().regex(pattern)), `${item}, several parted by commas`, asList, described);

export const choices = <T extends string>(values: readonly T[], described: Described<readonly T[]>) =>
  setting<readonly T[]>(
    z.array(z.enum(values as [T, ...T[]])) as unknown as z.ZodType<readonly T[]>,
    `some of ${list(values)}, parted by commas`,
    asList,
    described,
  );

const list = (values: readonly string[]): string => values.map((value) => `\`${value}\``).join(", ");
