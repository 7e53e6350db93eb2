import { Misuse } from "../misuse";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isRequestId = (text: string): boolean => UUID.test(text);

/** A request's id on the command line; `Misuse` when it cannot be one. */
export function checkRequestId(text: string): void {
  if (!isRequestId(text)) throw new Misuse(`request id is \`${text}\`, expected a UUID as \`leverframe responses\` shows it`);
}
