const MARKS = /\p{M}+/gu;
/** Soft hyphen, zero-width spaces and joiners: they hide in words without showing. */
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;

/** Letters up to U+024F without their marks, so that people who leave accents out are understood too. */
const FOLDED: readonly string[] = Array.from({ length: 0x250 }, (_, code) => foldCharacter(String.fromCharCode(code)));

function foldCharacter(character: string): string {
  if (character === "ß" || character === "ẞ") return "ss";
  if (character === "œ" || character === "Œ") return "oe";
  if (character === "æ" || character === "Æ") return "ae";
  return character.toLowerCase().normalize("NFD").replace(MARKS, "").replace(INVISIBLE, "");
}

/** A word in lower case, without accents and invisible characters: how words are compared. Only its spelling changes, never its span. */
export function fold(word: string): string {
  let folded = "";
  for (const character of word) folded += FOLDED[character.codePointAt(0)!] ?? foldCharacter(character);
  return folded;
}
