import { type ChatMessage, type ChatPrompt, inputTokensBound } from "@leverframe/prompt";

/** A prompt with what is oldest of it left out, and what that was. */
export interface PrunedPrompt {
  readonly prompt: ChatPrompt;
  readonly turns: number;
  readonly toolResults: number;
  readonly contexts: number;
}

/** Stands where a tool's result was: the call keeps its answer, or providers would refuse the conversation. */
const LEFT_OUT = "[left out: the conversation was too long]";

/** Retrieved text that applications put into messages of its own is wrapped in one of these. */
const CONTEXT = /^\s*<(context|documents?|retrieved|sources?)\b[^>]*>[\s\S]*<\/\1>\s*$/i;

/**
 * Leaves out of a conversation what is oldest until its bound is at most `tokensMax`, in this order:
 *   1. whole turns, oldest first: what the user said and all that followed, calls of tools with their results
 *   2. results of tools in the turn that is left, oldest first: their text goes, the pair of call and result stays
 *   3. retrieved context in messages of its own (`<context>…</context>` and the like), oldest first
 * System messages and the last thing the user said always stay, so the bound may still be above. Null: nothing can go.
 */
export function prunePrompt(prompt: ChatPrompt, outputSchema: string | null, tokensMax: number): PrunedPrompt | null {
  const { oldTurns, contexts } = anatomyOf(prompt.messages);
  const messages: (ChatMessage | null)[] = [...prompt.messages];
  let excess = inputTokensBound(prompt, outputSchema) - tokensMax;
  const counts = { turns: 0, toolResults: 0, contexts: 0 };
  const change = (index: number, to: ChatMessage | null): void => {
    excess -= boundOf(messages[index] ?? null) - boundOf(to);
    messages[index] = to;
  };
  for (const turn of oldTurns) {
    if (excess <= 0) break;
    for (const index of turn) change(index, null);
    counts.turns += 1;
  }
  prompt.messages.forEach((message, index) => {
    if (excess <= 0 || message.role !== "tool" || messages[index] === null || message.content.length <= LEFT_OUT.length) return;
    change(index, withoutParts(message));
    counts.toolResults += 1;
  });
  for (const index of contexts) {
    if (excess <= 0) break;
    change(index, null);
    counts.contexts += 1;
  }
  if (counts.turns + counts.toolResults + counts.contexts === 0) return null;
  return { prompt: { ...prompt, messages: messages.filter((message) => message !== null) }, ...counts };
}

/** What the attempt's record says about it. */
export function pruneNote({ turns, toolResults, contexts }: PrunedPrompt): string {
  return `pruned: ${turns} turns, ${toolResults} tool results, ${contexts} contexts`;
}

/** The last turn, which stays, begins with the last thing the user said: tools may have been asked since. */
interface Anatomy {
  /** Indexes of each turn before the last, oldest first: what the user said and all that followed. */
  readonly oldTurns: readonly (readonly number[])[];
  readonly contexts: readonly number[];
}

function anatomyOf(messages: readonly ChatMessage[]): Anatomy {
  const lastUser = messages.findLastIndex(({ role }) => role === "user");
  const turns: number[][] = [];
  const contexts: number[] = [];
  messages.slice(0, Math.max(0, lastUser)).forEach(({ role, content }, index) => {
    if (role === "system") return;
    if (role === "user" && CONTEXT.test(content)) contexts.push(index);
    // What an assistant says before anybody asked is a turn too.
    else if (role === "user" || turns.length === 0) turns.push([index]);
    else turns.at(-1)?.push(index);
  });
  return { oldTurns: turns, contexts };
}

const withoutParts = ({ parts: _, ...message }: ChatMessage): ChatMessage => ({ ...message, content: LEFT_OUT });

const boundOf = (message: ChatMessage | null): number => (message === null ? 0 : inputTokensBound({ messages: [message] }, null) - inputTokensBound({ messages: [] }, null));
