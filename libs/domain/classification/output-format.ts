/** text | markdown | json | code, from what the request demands and what its words ask for. */
export function outputFormatOf(outputSchema: string | null, requiredSections: number, taskType: string, instruction: string): string {
  if (outputSchema !== null) return "json";
  if (requiredSections > 0) return "markdown";
  if (/\b(?:as|in|valid|return) json\b/i.test(instruction)) return "json";
  if (/\bmarkdown\b/i.test(instruction)) return "markdown";
  return taskType === "coding" ? "code" : "text";
}
