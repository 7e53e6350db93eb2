import type { Request } from "@leverframe/events";
import type { Digest } from "@leverframe/kernel";

/** sha256 of everything that shapes the answer: a permit for one digest serves no other prompt or parameters. */
export function requestDigest(request: Request, digest: Digest): string {
  const { maxOutputTokens, temperature, outputSchema, requiredSections } = request;
  return digest(`${JSON.stringify([maxOutputTokens, temperature, outputSchema, requiredSections])}\n${digest(request.prompt)}`);
}
