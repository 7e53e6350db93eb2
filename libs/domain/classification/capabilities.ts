import { type ChatPrompt, imagesOf } from "@leverframe/prompt";

const IMAGE = /data:image\/[a-z+.-]{1,20};base64,|!\[[^\]\n]{0,200}\]\([^()\s]{1,500}\.(?:png|jpe?g|gif|webp)\b/i;
/** A function definition as the providers' interfaces spell it, pasted into a message. */
const TOOL_DEFINITION = /"type"\s{0,4}:\s{0,4}"function"|"input_schema"\s{0,4}:/;

/** Characters at the start of a text that are looked at for what a model must be able to read. */
const SAMPLE_CHARS = 100_000;

/**
 * What a model must be able to do, sorted. Only what the request carries counts, never what it talks about: a
 * capability that is demanded for nothing takes models away for nothing. Room for the prompt is `inputTokensMax`.
 */
export function capabilitiesOf(outputFormat: string, prompt: ChatPrompt, text: string): string[] {
  const sample = text.length > SAMPLE_CHARS ? text.slice(0, SAMPLE_CHARS) : text;
  const needed: string[] = [];
  if (outputFormat === "json") needed.push("json");
  if (prompt.tools || TOOL_DEFINITION.test(sample)) needed.push("tools");
  const pasted = (sample.includes("data:image/") || sample.includes("![")) && IMAGE.test(sample);
  if (pasted || imagesOf(prompt).length > 0) needed.push("vision");
  return needed;
}
