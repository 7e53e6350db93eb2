import type { SignalSink } from "../signal-sink";

const LOCAL_CHARS_MAX = 64;
const LOCAL_CHARACTER = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
const DOMAIN = /[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})){0,5}\.[\p{L}]{2,24}(?![\p{L}\p{N}-])/uy;
/** What looks like a domain but ends a file name, as in `icon@2x.png`. */
const FILE = /^\d+x?\.|\.(?:png|jpe?g|gif|svg|webp|js|ts|css|json|md)$/i;
const ONLY_MARKS = /^[^\p{L}\p{N}]*$/u;

/** E-mail addresses, from each `@` outwards; each character is looked at a bounded number of times. */
export function findEmails(text: string, sink: SignalSink): void {
  findSpelled(text, sink);
  for (let at = text.indexOf("@"); at !== -1 && sink.wants("email"); at = text.indexOf("@", at + 1)) {
    DOMAIN.lastIndex = at + 1;
    const domain = DOMAIN.exec(text)?.[0];
    if (domain === undefined || FILE.test(domain)) continue;
    let start = at;
    while (start > 0 && at - start < LOCAL_CHARS_MAX && LOCAL_CHARACTER.test(text[start - 1]!)) start--;
    while (start < at && /[.'/=#&?{|`*]/.test(text[start]!)) start++;
    if (ONLY_MARKS.test(text.slice(start, at)) || isInUrl(text, start)) continue;
    sink.add({ signal: "pii_contact", recogniser: "email", riskClass: "medium", confidence: 0.95, start, end: at + 1 + domain.length });
  }
}

/** Addresses that are spelled so that machines do not read them: `anna (at) example (dot) com`, `anna arobase example point fr`. */
const SPELLED = /[\p{L}\p{N}_.-]{1,64} ?(?:\((?:at|ät|arobase|arroba)\)|\[(?:at|ät|arobase|arroba)\]| arobase | arroba ) ?[\p{L}\p{N}-]{1,63}(?: ?(?:\((?:dot|punkt|point|punto)\)|\[(?:dot|punkt|point|punto)\]|\.| point | punto | dot ) ?[\p{L}]{2,24})/uy;
const SPELLED_AT = /[([ ](?:at|ät|arobase|arroba)[)\] ]/giu;

function findSpelled(text: string, sink: SignalSink): void {
  SPELLED_AT.lastIndex = 0;
  for (let found = SPELLED_AT.exec(text); found !== null && sink.wants("email"); found = SPELLED_AT.exec(text)) {
    let start = found.index;
    if (text[start - 1] === " ") start--;
    while (start > 0 && found.index - start < LOCAL_CHARS_MAX && LOCAL_CHARACTER.test(text[start - 1]!)) start--;
    SPELLED.lastIndex = start;
    const address = SPELLED.exec(text)?.[0];
    if (address !== undefined) sink.add({ signal: "pii_contact", recogniser: "email", riskClass: "medium", confidence: 0.8, start, end: start + address.length });
  }
}

/** `https://user:password@host` and `git@host:path` name machines; the first is a matter of the secret recognisers. */
function isInUrl(text: string, start: number): boolean {
  if (text.startsWith("git@", start)) return true;
  return text[start - 1] === ":" && text.slice(Math.max(0, start - 80), start).includes("://");
}
