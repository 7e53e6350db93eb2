export const ACCOUNT_BOOK = Symbol("leverframe.account-book");
export const PLAN_DEFAULTS = Symbol("leverframe.plan-defaults");
