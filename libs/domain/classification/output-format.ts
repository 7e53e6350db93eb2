const JSON_WANTED = /\b(?:as|in|valid|return|en|als|au format|formato)(?: an?| un| ein)? json\b|\bjson (?:array|object|list|output|liste|objekt)\b/i;
const MARKDOWN_WANTED = /\bmarkdown\b/i;
const INSTRUCTION_CHARS = 4_000;

/** text | markdown | json | code, from what the request demands and what its words ask for. */
export function outputFormatOf(outputSchema: string | null, requiredSections: number, taskType: string, instruction: string): string {
  if (outputSchema !== null) return "json";
  if (requiredSections > 0) return "markdown";
  const sample = instruction.slice(0, INSTRUCTION_CHARS);
  if (JSON_WANTED.test(sample)) return "json";
  if (MARKDOWN_WANTED.test(sample)) return "markdown";
  return taskType === "coding" ? "code" : "text";
}
