import { AppError } from "@leverframe/kernel";
import type { Image, ImageMediaType } from "./chat-prompt";

const MEDIA_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/webp", "image/gif"] satisfies ImageMediaType[];
/** `data:image/png;base64,` and what follows; the data is looked at on its own, since it may be megabytes. */
const DATA_ADDRESS = /^data:([a-z]+\/[a-z.+-]+);base64,/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Reads a `data:` address. Throws AppError `bad_input` for any other: a picture travels inside the prompt or not at all. */
export function readImageAddress(address: unknown, at: string): Image {
  const [head, mediaType] = (typeof address === "string" ? DATA_ADDRESS.exec(address) : null) ?? [];
  if (typeof address !== "string" || head === undefined || mediaType === undefined) {
    const found = typeof address === "string" ? address.slice(0, 40) : String(address);
    throw new AppError("bad_input", `${at}: \`${found}\`, expected \`data:<media type>;base64,<data>\``);
  }
  if (!MEDIA_TYPES.includes(mediaType)) {
    throw new AppError("bad_input", `${at}: media type \`${mediaType}\`, expected one of ${MEDIA_TYPES.join(", ")}`);
  }
  const data = address.slice(head.length);
  if (!BASE64.test(data)) throw new AppError("bad_input", `${at}: expected base64 without line breaks after \`${head}\``);
  return { mediaType: mediaType as ImageMediaType, data };
}
