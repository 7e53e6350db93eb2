import type { PixelSize } from "@leverframe/catalog";
import { GIF } from "image-size/types/gif";
import { JPG } from "image-size/types/jpg";
import { PNG } from "image-size/types/png";
import { WEBP } from "image-size/types/webp";
import type { Image, ImageMediaType } from "./chat-prompt";

/** Only the reader of the declared type looks at the bytes: a picture that is something else has no size for us. */
const READERS: Readonly<Record<ImageMediaType, typeof PNG>> = { "image/png": PNG, "image/jpeg": JPG, "image/webp": WEBP, "image/gif": GIF };

/** Base64 characters that are looked at, a multiple of four: headers and a camera's metadata come before the picture. */
const HEAD_CHARACTERS = 128 * 1024;

/** Width and height as the picture's header tells them; null when it does not, or is none. */
export function imageSize({ mediaType, data }: Image): PixelSize | null {
  try {
    const bytes = Uint8Array.from(atob(data.slice(0, HEAD_CHARACTERS)), (character) => character.charCodeAt(0));
    const reader = READERS[mediaType];
    if (!reader.validate(bytes)) return null;
    const { width, height } = reader.calculate(bytes);
    return isSide(width) && isSide(height) ? { width, height } : null;
  } catch {
    return null;
  }
}

const isSide = (pixels: number): boolean => Number.isSafeInteger(pixels) && pixels > 0;
