export const MASK_TEXT = Symbol("leverframe.mask-text");
