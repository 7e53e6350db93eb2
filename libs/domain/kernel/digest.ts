/** sha256 in lower-case hex. Handed to domain code by the wiring: the domain imports no crypto itself. */
export type Digest = (data: string | Uint8Array) => string;

/** HMAC-SHA256 of `data` under `key`, 32 bytes. */
export type Hmac = (key: Uint8Array, data: Uint8Array) => Uint8Array;

/** Compares in time that does not depend on the content. */
export type EqualBytes = (a: Uint8Array, b: Uint8Array) => boolean;
