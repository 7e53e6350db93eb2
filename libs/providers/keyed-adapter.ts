import { type ProviderAdapter, type ProviderAnswer, type ProviderCall, ProviderError } from "@leverframe/execution";
import type { KeyChoice } from "./key-choice";
import { secretsIn, strikeOut } from "./provider-keys";

/**
 * Gives each call its key, and lets none out. A key that the provider rejects, or whose account is used up, is put aside;
 * when another one is left the error says that the same call may succeed at once, and the plan repeats it as it repeats
 * any attempt: this makes no second call of its own, so what an attempt pays for stays one call.
 */
export class KeyedAdapter implements ProviderAdapter {
  constructor(
    private readonly adapter: ProviderAdapter,
    private readonly keys: KeyChoice,
  ) {}

  async call(call: ProviderCall, signal: AbortSignal): Promise<ProviderAnswer> {
    if (call.apiKey) return this.callWith(call.apiKey, call, signal);
    const chosen = await this.keys.choose(call.deployment);
    if (chosen === null) return this.adapter.call(call, signal);
    try {
      return await this.callWith(chosen.key, { ...call, apiKey: chosen.key }, signal);
    } catch (thrown) {
      if (!(thrown instanceof ProviderError) || (thrown.kind !== "auth" && thrown.kind !== "quota")) throw thrown;
      const another = await this.keys.reject(call.deployment, chosen, thrown.kind);
      throw another ? changed(thrown, { message: `${thrown.message}; another key is left`, retryable: true }) : thrown;
    }
  }

  /** What a server echoes in its names and ids goes into records, so a key is struck out of them. */
  private async callWith(key: string, call: ProviderCall, signal: AbortSignal): Promise<ProviderAnswer> {
    const secrets = secretsIn(key);
    try {
      const answer = await this.adapter.call(call, signal);
      const { providerRequestId, model, region } = answer;
      if (![providerRequestId, model, region].some((text) => holds(text, secrets))) return answer;
      return { ...answer, providerRequestId: struck(providerRequestId, secrets), model: strikeOut(String(model), secrets), region: struck(region, secrets) };
    } catch (thrown) {
      if (!(thrown instanceof ProviderError)) throw thrown;
      const { message, providerRequestId } = thrown;
      if (!holds(message, secrets) && !holds(providerRequestId, secrets)) throw thrown;
      throw changed(thrown, { message: strikeOut(message, secrets), providerRequestId: struck(providerRequestId, secrets) });
    }
  }
}

const holds = (text: string | null, secrets: readonly string[]): boolean => text !== null && secrets.some((secret) => String(text).includes(secret));
const struck = (text: string | null, secrets: readonly string[]): string | null => text && strikeOut(String(text), secrets);

function changed(error: ProviderError, changes: { message: string; retryable?: boolean; providerRequestId?: string | null }): ProviderError {
  const { kind, cause, billed, usage, retryable, retryAfterMs, providerRequestId } = error;
  return new ProviderError(kind, changes.message, { cause, billed, usage, retryable, retryAfterMs, providerRequestId, ...changes });
}
