import type { Digest } from "./digest";

/** A record of an application that names one of its requests. */
export interface RequestNamed {
  readonly requestId: string;
  readonly idempotencyKey: string | null;
}

const ID_CHARS_MAX = 200;

/** The id that all events of a request carry: from its idempotency key within the application where it has one, else its own. */
export function requestIdentity({ requestId, idempotencyKey }: RequestNamed, application: string, digest: Digest): string {
  if (idempotencyKey === null) return requestId.slice(0, ID_CHARS_MAX).toLowerCase();
  const hex = digest(JSON.stringify([application, idempotencyKey]));
  // Laid out as a UUID version 8 (RFC 9562 §5.8), whose bits are the application's to define.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
