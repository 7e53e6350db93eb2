/** Ids of rules, routes, providers, deployments: `openai/gpt-5.4`, `legal-no-oss`, `claude@eu`. */
export const ID = /^[A-Za-z0-9][A-Za-z0-9._/@:+-]{0,127}$/;
export const ID_EXPECTED = "letters, digits and . _ / @ : + -, at most 128";

/** Values that people read: departments, tags, regions. */
export const LABEL = /^[\p{L}\p{N}][\p{L}\p{N} ._&/@+-]{0,63}$/u;
export const LABEL_EXPECTED = "a name of at most 64 letters, digits, spaces and . _ & / @ + -";
