import { GOVERNED_CALL_LIMITS } from "./governed-call";
import { A, benchOf, fundedOf, NEVER, permitOf, planned } from "./testing/fixtures";

const { outputBytesMax } = GOVERNED_CALL_LIMITS;

describe("the bound of an output", () => {
  const outcomeOf = async (text: string, argumentsText: string): Promise<string | undefined> => {
    const toolCalls = [{ id: "call_1", name: "note", arguments: argumentsText }];
    const { attempts } = await benchOf({ script: [{ answer: { text, toolCalls } }] }).run(fundedOf(permitOf(), [planned(A.id, 1)]), NEVER);
    return attempts[0]?.outcome;
  };

  it("holds for what a model asks tools for as for what it says", async () => {
    expect(await outcomeOf("ok", JSON.stringify({ note: "x".repeat(1_000) }))).toBe("succeeded");
    expect(await outcomeOf("ok", JSON.stringify({ note: "x".repeat(outputBytesMax) }))).toBe("malformed_output");
    expect(await outcomeOf("x".repeat(outputBytesMax / 2), JSON.stringify("y".repeat(outputBytesMax / 2)))).toBe("malformed_output");
  });
});
