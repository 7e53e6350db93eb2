const IMAGE = /data:image\/[a-z+.-]{1,20};base64,|!\[[^\]\n]{0,200}\]\([^()\s]{1,500}\.(?:png|jpe?g|gif|webp)\b/i;
/** A function definition as the providers' interfaces spell it, pasted into a message. */
const TOOL_DEFINITION = /"type"\s{0,4}:\s{0,4}"function"|"input_schema"\s{0,4}:/;

/** Characters at the start of a text that are looked at for what a model must be able to read. */
const SAMPLE_CHARS = 100_000;

/**
 * What a model must be able to do, sorted. Only what the request carries counts, never what it talks about: a
 * capability that is demanded for nothing takes models away for nothing. Room for the prompt is `inputTokensMax`.
 */
export function capabilitiesOf(outputFormat: string, text: string): string[] {
  const sample = text.length > SAMPLE_CHARS ? text.slice(0, SAMPLE_CHARS) : text;
  const needed: string[] = [];
  if (outputFormat === "json") needed.push("json");
  if (TOOL_DEFINITION.test(sample)) needed.push("tools");
  if ((sample.includes("data:image/") || sample.includes("![")) && IMAGE.test(sample)) needed.push("vision");
  return needed;
}
