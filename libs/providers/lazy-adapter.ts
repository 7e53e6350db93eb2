import type { ProviderAdapter, ProviderAnswer, ProviderCall } from "@leverframe/execution";

/** An adapter whose SDK is loaded when the first call needs it: nobody pays for clouds that the catalog does not name. */
export class LazyAdapter implements ProviderAdapter {
  private adapter: Promise<ProviderAdapter> | null = null;

  constructor(private readonly load: () => Promise<ProviderAdapter>) {}

  async call(call: ProviderCall, signal: AbortSignal): Promise<ProviderAnswer> {
    const adapter = await (this.adapter ??= this.load());
    return adapter.call(call, signal);
  }
}
