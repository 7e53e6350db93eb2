/** The command line asks for what cannot be: exit code 2, as for an unknown option. */
export class Misuse extends Error {}
