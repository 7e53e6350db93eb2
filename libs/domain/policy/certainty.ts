/**
 * Kleene's three values, so that `and` is the minimum, `or` the maximum and `not` two minus. A condition over an
 * attribute that is missing or malformed is UNKNOWN unless the rest of it settles the matter: `Legal and external` is
 * FALSE for Sales whatever the audience. Rules that restrict fire on UNKNOWN, rules that grant do not.
 */
export type Certainty = 0 | 1 | 2;
export const FALSE = 0;
export const UNKNOWN = 1;
export const TRUE = 2;
