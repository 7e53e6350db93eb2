import { ProviderError } from "@leverframe/execution";

/** A call's JSON Schema as a value. The classifier has parsed it before; a schema that is none is the caller's mistake. */
export function schemaOf(outputSchema: string): Record<string, unknown> {
  try {
    return JSON.parse(outputSchema);
  } catch (cause) {
    throw new ProviderError("bad_request", "outputSchema is not JSON", { cause });
  }
}
