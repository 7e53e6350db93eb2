import type { ProviderAdapter, ProviderAnswer, ProviderCall } from "./provider-adapter";
import { ProviderError } from "./provider-error";
import { startTimer, type Timer } from "./timer";

/**
 * Makes the call and ends it after `deadlineMs` (ProviderError `timeout`) or when `outer` or `stop` aborts (`cancelled`).
 * It rejects at that moment, whether or not the adapter heeds the signal that it is given.
 */
export async function callWithin(
  adapter: ProviderAdapter,
  call: ProviderCall,
  deadlineMs: number,
  timer: Timer,
  outer: AbortSignal,
  stop?: AbortSignal,
): Promise<ProviderAnswer> {
  if (outer.aborted) throw new ProviderError("cancelled", "the process drains; no call was made", { billed: "no" });
  // Not AbortSignal.any and .timeout: for each call they cost several times what these few lines do.
  const controller = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (error: ProviderError): void => {
    reject(error);
    controller.abort(error);
  };
  const onOuterAbort = (): void => end(new ProviderError("cancelled", "the call was cancelled"));
  const onStop = (): void => end(new ProviderError("cancelled", "the application cancelled the request"));
  const cancelTimer = startTimer(timer, deadlineMs, () =>
    end(new ProviderError("timeout", `no answer within ${Math.ceil(deadlineMs)} ms`)),
  );
  outer.addEventListener("abort", onOuterAbort, { once: true });
  stop?.addEventListener("abort", onStop, { once: true });
  try {
    return await Promise.race([adapter.call(call, controller.signal), ended]);
  } finally {
    cancelTimer();
    outer.removeEventListener("abort", onOuterAbort);
    stop?.removeEventListener("abort", onStop);
  }
}
