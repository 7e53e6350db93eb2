/**
 * What a picture makes at a model: `baseTokens`, and a number for each square of `tilePixels` that it touches, or a token
 * for every `pixelsPerToken`; never more than `tokensMax`. Models scale large pictures down first, which only makes fewer;
 * so the bound needs no knowledge of how they do it.
 */
export interface ImageTokens {
  readonly tokensMax: number;
  readonly baseTokens?: number;
  readonly tilePixels?: number;
  readonly tileTokens?: number;
  readonly pixelsPerToken?: number;
}

/** Width and height of a picture in pixels. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Upper bound of a picture's tokens under a rule; `size` null: the picture does not say. */
export function imageTokensBound(rule: ImageTokens, size: PixelSize | null): number {
  const { tokensMax, baseTokens = 0, tilePixels, tileTokens, pixelsPerToken } = rule;
  if (size === null || (tilePixels === undefined && pixelsPerToken === undefined)) return tokensMax;
  const tiles = tilePixels === undefined ? 0 : Math.ceil(size.width / tilePixels) * Math.ceil(size.height / tilePixels) * (tileTokens ?? 1);
  const area = pixelsPerToken === undefined ? 0 : (size.width * size.height) / pixelsPerToken;
  return Math.min(tokensMax, Math.ceil(baseTokens + tiles + area));
}
