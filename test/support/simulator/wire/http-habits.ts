import { BadRequest } from "../ask";
import type { ProviderError, Target } from "./reply";

/** What most APIs do alike over HTTP. */

export function headerOf({ headers }: Target, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}

export function bearerOf(target: Target): string {
  const authorization = headerOf(target, "authorization");
  return authorization.startsWith("Bearer ") ? authorization.slice("Bearer ".length).trim() : "";
}

/** Throws BadRequest for an empty key, or one that is not among `keys`; null accepts any. */
export function checkKey(key: string, keys: ReadonlySet<string> | null, status = 401, parameter: string | null = null): void {
  if (key !== "" && (keys === null || keys.has(key))) return;
  throw new BadRequest(key === "" ? "You didn't provide an API key." : "Incorrect API key provided.", parameter, status);
}

export function authenticateBearer(target: Target, keys: ReadonlySet<string> | null): void {
  checkKey(bearerOf(target), keys);
}

export function retryAfterHeader({ retryAfterSeconds }: ProviderError): Record<string, string> {
  return retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
}
