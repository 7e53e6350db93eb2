import type { ProviderCall } from "@leverframe/execution";

/**
 * What calls share, tools and system prompt, is kept in the provider's cache where the price card has a price for
 * writing to it: then the worst case covers it. APIs pass over what is too short to be kept. Never where the policy
 * forbids it.
 */
export const asksForCaching = ({ cache, deployment: { price } }: ProviderCall): boolean => cache !== false && price.cacheWriteNanoUsd !== undefined;
