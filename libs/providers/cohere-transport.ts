import type { CohereClientV2 } from "cohere-ai";
import { STREAMED, type Transport } from "./transport";

type Fetcher = NonNullable<NonNullable<ConstructorParameters<typeof CohereClientV2>[0]>["fetcher"]>;
type Headers = Readonly<Record<string, unknown>>;

/** What the SDK would read events from; nobody asks it to. */
async function* nothing(): AsyncGenerator<Uint8Array> {}

/**
 * What the SDK calls instead of its own fetcher, whose timer is left running for as long as the time-out when a
 * connection fails. The deadline is the governed call's anyhow.
 */
export function cohereTransport(transport: Transport): Fetcher {
  const fetcher = async ({ url, method, headers, body, abortSignal, responseType }: Parameters<Fetcher>[0]) => {
    const streamed = responseType === "sse" ? STREAMED : {};
    const init = { method, headers: await entriesOf(headers ?? {}), body: JSON.stringify(body), signal: abortSignal ?? null, ...streamed };
    const response = await transport.fetch(url, init as unknown as RequestInit);
    const rawResponse = { headers: response.headers, status: response.status, body: response.body };
    if (response.ok && responseType === "sse") return { ok: true, body: nothing(), headers: {}, rawResponse };
    if (response.ok) return { ok: true, body: await response.json(), headers: {}, rawResponse };
    const error = { reason: "status-code", statusCode: response.status, body: bodyOf(await response.text()) };
    return { ok: false, error, rawResponse };
  };
  return fetcher as unknown as Fetcher;
}

/** A header's value may be a function that makes it. */
async function entriesOf(headers: Headers): Promise<[string, string][]> {
  const entries: [string, string][] = [["content-type", "application/json"]];
  for (const [name, value] of Object.entries(headers)) {
    const made: unknown = typeof value === "function" ? await value({}) : value;
    if (made !== undefined && made !== null) entries.push([name, String(made)]);
  }
  return entries;
}

/** An error's body is JSON, or whatever a proxy says. */
function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
