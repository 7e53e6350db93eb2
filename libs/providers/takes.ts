import { type ProviderCall, ProviderError } from "@leverframe/execution";
import type { ImageMediaType } from "@leverframe/prompt";

const refused = ({ deployment }: ProviderCall, what: string): ProviderError =>
  new ProviderError("bad_request", `\`${deployment.provider.id}\` takes no ${what}`, { billed: "no" });

/** Throws ProviderError `bad_request` for a picture of a kind that the API does not take. */
export function takeImages(call: ProviderCall, taken: (mediaType: ImageMediaType) => boolean): void {
  for (const { parts = [] } of call.messages) {
    for (const part of parts) if (part.type === "image" && !taken(part.image.mediaType)) throw refused(call, part.image.mediaType);
  }
}

/** Throws ProviderError `bad_request` for a picture in a tool's result, where the API takes text alone. */
export function takeTextResults(call: ProviderCall): void {
  for (const { role, parts = [] } of call.messages) {
    if (role === "tool" && parts.some(({ type }) => type === "image")) throw refused(call, "images in results of tools");
  }
}

/** Throws ProviderError `bad_request` where an API that has no tools would be sent one, or the traces of one. */
export function takeNoTools(call: ProviderCall): void {
  if (call.tools || call.messages.some(({ role, toolCalls }) => role === "tool" || toolCalls)) throw refused(call, "tools");
}
