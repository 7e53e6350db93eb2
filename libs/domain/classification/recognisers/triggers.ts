import { BIRTH_WORDS } from "./date-of-birth";
import { PHONE_CALLS, PHONE_NAMES } from "./phone";
import { SECRET_WORDS } from "./secrets";

export const SECRET = 1;
export const BIRTH = 2;
export const PHONE_NAME = 4;
export const PHONE_CALL = 8;

const table = new Map<string, number>();
const add = (words: Iterable<string>, flag: number): void => {
  for (const word of words) table.set(word, (table.get(word) ?? 0) | flag);
};
add(SECRET_WORDS, SECRET);
add(BIRTH_WORDS, BIRTH);
add(PHONE_NAMES, PHONE_NAME);
add(PHONE_CALLS, PHONE_CALL);

/** Which recognisers a folded word calls for: one look-up for all of them, since most words call for none. */
export const triggersOf = (folded: string): number => table.get(folded) ?? 0;
