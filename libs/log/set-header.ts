/**
 * Sets a header whose name came from outside: assigning to `__proto__` would replace the object's prototype, and the
 * bytes would then show up as headers of their own.
 */
export function setHeader(headers: Record<string, Uint8Array>, name: string, value: Uint8Array): void {
  if (name !== "__proto__") headers[name] = value;
  else Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true });
}
