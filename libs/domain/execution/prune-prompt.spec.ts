import { type ChatMessage, inputTokensBound } from "@leverframe/prompt";
import fc from "fast-check";
import { pruneNote, prunePrompt } from "./prune-prompt";

const say = (role: ChatMessage["role"], content: string): ChatMessage => ({ role, content });
const asks = (id: string): ChatMessage => ({ role: "assistant", content: "", toolCalls: [{ id, name: "look_up", arguments: "{}" }] });
const told = (toolCallId: string, content: string): ChatMessage => ({ role: "tool", content, toolCallId });
const LONG = "x".repeat(1_000);

const CONVERSATION: readonly ChatMessage[] = [
  say("system", `be brief ${LONG}`),
  say("user", `<context>retrieved ${LONG}</context>`),
  say("user", `first ${LONG}`),
  asks("a"),
  told("a", `found ${LONG}`),
  say("assistant", `one ${LONG}`),
  say("user", `second ${LONG}`),
  say("assistant", `two ${LONG}`),
  say("user", `last ${LONG}`),
  asks("b"),
  told("b", `result ${LONG}`),
];
const bound = (messages: readonly ChatMessage[]) => inputTokensBound({ messages }, null);
const prune = (tokensMax: number) => prunePrompt({ messages: CONVERSATION }, null, tokensMax);
const heads = (tokensMax: number) => prune(tokensMax)?.prompt.messages.map(({ role, content }) => `${role} ${content.slice(0, 6)}`);

describe("pruning a prompt that is too long", () => {
  const whole = bound(CONVERSATION);

  it("leaves out nothing of a prompt that fits, and says that nothing can go", () => {
    expect(prune(whole)).toBeNull();
    expect(prunePrompt({ messages: [say("system", LONG), say("user", LONG)] }, null, 10)).toBeNull();
  });

  it("takes the oldest turn first, with its calls of tools and their results", () => {
    expect(heads(whole - 2_000)).toEqual(["system be bri", "user <conte", "user second", "assistant two xx", "user last x", "assistant ", "tool result"]);
    expect(pruneNote(prune(whole - 2_000)!)).toBe("pruned: 1 turns, 0 tool results, 0 contexts");
  });

  it("then the texts of tool results in the turn that is left, keeping the pair of call and result", () => {
    expect(heads(whole - 5_500)).toEqual(["system be bri", "user <conte", "user last x", "assistant ", "tool [left "]);
    expect(prune(whole - 5_500)).toMatchObject({ turns: 2, toolResults: 1, contexts: 0 });
  });

  it("then retrieved context, and never the system's words or the user's last", () => {
    expect(heads(1)).toEqual(["system be bri", "user last x", "assistant ", "tool [left "]);
    expect(prune(1)).toMatchObject({ turns: 2, toolResults: 1, contexts: 1 });
  });

  it("keeps what the user said last even where it looks like retrieved context", () => {
    const messages = [say("user", "<context>a</context>"), say("assistant", "b"), say("user", `<context>${LONG}</context>`)];
    expect(prunePrompt({ messages }, null, 1)?.prompt.messages.at(-1)).toBe(messages[2]);
  });

  const turn = fc.record({ asked: fc.string({ maxLength: 200 }), tools: fc.array(fc.string({ maxLength: 200 }), { maxLength: 3 }), answered: fc.string({ maxLength: 200 }) });
  const conversation = fc.array(turn, { minLength: 1, maxLength: 6 }).map((turns) => [
    say("system", "s"),
    ...turns.flatMap(({ asked, tools, answered }, at) => [
      say("user", asked),
      ...tools.flatMap((text, index) => [asks(`${at}.${index}`), told(`${at}.${index}`, text)]),
      ...(at === turns.length - 1 ? [] : [say("assistant", answered)]),
    ]),
  ]);

  it("keeps every pair of call and result, all system messages and the last of the user, whatever the conversation; what is left is in order and no longer", () => {
    fc.assert(
      fc.property(conversation, fc.nat(2_000), (messages, tokensMax) => {
        const pruned = prunePrompt({ messages }, null, tokensMax);
        if (pruned === null) return;
        const { messages: left } = pruned.prompt;
        const calls = left.flatMap(({ toolCalls = [] }) => toolCalls.map(({ id }) => id));
        expect(left.flatMap(({ toolCallId }) => toolCallId ?? [])).toEqual(calls);
        expect(left.filter(({ role }) => role === "system")).toEqual(messages.filter(({ role }) => role === "system"));
        expect(left.findLast(({ role }) => role === "user")).toBe(messages.findLast(({ role }) => role === "user"));
        expect(bound(left)).toBeLessThan(bound(messages));
        const kept = left.filter((message) => messages.includes(message));
        expect(kept).toEqual(messages.filter((message) => kept.includes(message)));
        expect(left[1]?.role).toBe("user");
      }),
    );
  });
});
