export const ACCOUNT_BOOKS = Symbol("leverframe.account-books");
export const PLAN_DEFAULTS = Symbol("leverframe.plan-defaults");
