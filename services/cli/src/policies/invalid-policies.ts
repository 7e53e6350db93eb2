/** The policies are not valid, each error with file, line and column: a finding, exit code 1. */
export class InvalidPolicies extends Error {}
