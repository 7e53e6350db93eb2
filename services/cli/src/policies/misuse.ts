/** The command line asks for what cannot be: exit code 2, as for an unknown option. */
export class Misuse extends Error {}

/** The policies are not valid, each error with file, line and column: a finding, exit code 1. */
export class InvalidPolicies extends Error {}
