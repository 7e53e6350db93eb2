import { composeAnswer, type Quality } from "./answers/answer";
import { composeToolCalls } from "./answers/tool-calls";
import type { RecordedAnswers } from "./answers/recorded";
import type { Ask } from "./ask";
import type { Fault, FaultKind } from "./faults/fault";
import type { ModelProfile } from "./model-profile";
import { countTokens, truncateToTokens } from "./tokens";
import type { Ending, Reply, ReplyToolCall, Usage } from "./wire/reply";

export interface Generation {
  readonly reply: Reply;
  readonly quality: Quality | null;
  readonly recorded: boolean;
}

export interface GenerationOrder {
  readonly ask: Ask;
  readonly model: ModelProfile;
  readonly fault: Fault | null;
  readonly difficulty: number | null;
  /** The answer's: the same for the same seed, model and prompt, however often it is asked. */
  readonly seed: number;
  readonly id: string;
  /** Whether the prompt's cacheable part was seen before. */
  readonly cacheHit: boolean;
}

const LOOKING_UP = "I will look that up.";
const REFUSAL = "I'm sorry, but I can't help with that request.";

function inputUsage(ask: Ask, cacheHit: boolean): Pick<Usage, "input" | "cacheRead" | "cacheWrite"> {
  const cached = ask.cacheable === null ? 0 : Math.min(ask.cacheable.tokens, ask.promptTokens);
  if (cached === 0) return { input: ask.promptTokens, cacheRead: 0, cacheWrite: 0 };
  if (cacheHit) return { input: ask.promptTokens - cached, cacheRead: cached, cacheWrite: 0 };
  if (ask.cacheable?.billsWrites !== true) return { input: ask.promptTokens, cacheRead: 0, cacheWrite: 0 };
  return { input: ask.promptTokens - cached, cacheRead: 0, cacheWrite: cached };
}

interface Text {
  readonly text: string;
  readonly toolCalls?: readonly ReplyToolCall[];
  readonly ending: Ending;
  readonly quality: Quality | null;
  readonly recorded: boolean;
}

function forcedQuality(kind: FaultKind | undefined): Quality | null {
  return kind === "weak" || kind === "good" ? kind : null;
}

function generateText(
  { ask, model, fault, difficulty, seed }: GenerationOrder,
  recorded: RecordedAnswers | null,
): Text {
  if (fault?.kind === "refuse") {
    const filtered = fault.by === "filter";
    // A filter ends the message without a text; Anthropic's has none either, but the explanation is made of it.
    const text = filtered && ask.api !== "anthropic" ? "" : REFUSAL;
    return { text, ending: filtered ? "filtered" : "refused", quality: null, recorded: false };
  }
  if (fault?.kind === "empty") return { text: "", ending: "complete", quality: "weak", recorded: false };
  const toolCalls = composeToolCalls(ask, fault, seed);
  // Several calls at once come with words, one without, as models do either.
  if (toolCalls.length > 0) return { text: toolCalls.length > 1 ? LOOKING_UP : "", toolCalls, ending: "complete", quality: "good", recorded: false };
  const quality = forcedQuality(fault?.kind);
  const wrongSchema = fault?.kind === "wrong-schema";
  const answer = composeAnswer({ ask, model, difficulty, quality, wrongSchema, seed }, recorded);
  return { ...answer, ending: "complete" };
}

/**
 * Generates within the asked maximum of output tokens. Reasoning takes at most half of it, so that a visible answer is
 * left; what does not fit is cut off, as providers do.
 */
export function generate(order: GenerationOrder, recorded: RecordedAnswers | null): Generation {
  const { ask, model } = order;
  const generated = generateText(order, recorded);
  const tokensMax = ask.outputTokensMax ?? Infinity;
  const { toolCalls = [] } = generated;
  const wanted = countTokens(generated.text) + countTokens(toolCalls.map((call) => call.name + call.arguments).join(""));
  const reasoning = Math.min(Math.ceil(wanted * model.reasoningShare), Math.floor(tokensMax / 2));
  const fits = wanted + reasoning <= tokensMax;
  const text = fits ? generated.text : truncateToTokens(generated.text, tokensMax - reasoning);
  // Even an answer without text has its end token.
  const output = Math.max(1, fits ? wanted + reasoning : reasoning + countTokens(text));
  const reply: Reply = {
    id: order.id,
    createdSeconds: Math.floor(Date.now() / 1_000),
    text,
    // A call that does not fit is not made: half of one is none.
    toolCalls: fits ? toolCalls : [],
    ending: fits || generated.ending !== "complete" ? generated.ending : "truncated",
    usage: { ...inputUsage(ask, order.cacheHit), output, reasoning },
  };
  return { reply, quality: generated.quality, recorded: generated.recorded };
}
