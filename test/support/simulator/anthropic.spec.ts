import type Anthropic from "@anthropic-ai/sdk";
import { anthropic } from "./clients";
import { startSimulator, type Simulator } from "./index";

describe("simulated Anthropic", () => {
  let simulator: Simulator;
  let client: Anthropic;
  beforeAll(async () => {
    simulator = await startSimulator({ recorded: false, models: { sure: { skill: 1, api: "anthropic" } } });
    client = anthropic(simulator);
  });
  afterAll(() => simulator.close());

  const ask = (content: string, max_tokens = 1_000) => ({
    model: "sure",
    max_tokens,
    messages: [{ role: "user" as const, content }],
  });

  function text(message: Anthropic.Message): string {
    return message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
  }

  it("answers a message with its usage and headers", async () => {
    const { data, response, request_id } = await client.messages
      .create(ask("Compare leasing and buying a van."))
      .withResponse();
    expect(data.type).toBe("message");
    expect(data.stop_reason).toBe("end_turn");
    expect(text(data)).toMatch(/leasing|buying/);
    expect(data.usage.input_tokens).toBeGreaterThan(0);
    expect(data.usage.cache_read_input_tokens).toBe(0);
    expect(request_id).toBe(response.headers.get("request-id"));
    expect(response.headers.get("anthropic-ratelimit-requests-remaining")).not.toBeNull();
  });

  it("streams the same message through the SDK's accumulator", async () => {
    const plain = await client.messages.create(ask("Explain dunning letters."));
    const stream = client.messages.stream(ask("Explain dunning letters."));
    const seen: string[] = [];
    stream.on("streamEvent", (event) => seen.push(event.type));
    const final = await stream.finalMessage();
    expect(text(final)).toBe(text(plain));
    expect(final.stop_reason).toBe("end_turn");
    expect(final.usage.output_tokens).toBe(plain.usage.output_tokens);
    expect([...new Set(seen)]).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
  });

  it("stops at max_tokens and never bills more", async () => {
    const data = await client.messages.create(ask("Explain netting at length.", 9));
    expect(data.stop_reason).toBe("max_tokens");
    expect(data.usage.output_tokens).toBe(9);
    const final = await client.messages.stream(ask("Explain netting at length.", 9)).finalMessage();
    expect([final.stop_reason, final.usage.output_tokens]).toEqual(["max_tokens", 9]);
  });

  it("writes a marked prefix to the prompt cache, then reads it", async () => {
    const request = {
      ...ask("Holidays?"),
      system: [
        {
          type: "text" as const,
          text: "Company handbook. ".repeat(300),
          cache_control: { type: "ephemeral" as const },
        },
      ],
    };
    const first = await client.messages.create(request);
    const second = await client.messages.create(request);
    const tokens = first.usage.cache_creation_input_tokens ?? 0;
    expect(tokens).toBe(1_350);
    expect(first.usage.cache_read_input_tokens).toBe(0);
    expect([second.usage.cache_creation_input_tokens, second.usage.cache_read_input_tokens]).toEqual([0, tokens]);
    expect(second.usage.input_tokens).toBe(first.usage.input_tokens);
  });

  it("answers with JSON that fits the asked schema", async () => {
    const schema = {
      type: "object",
      properties: { city: { type: "string" }, inhabitants: { type: "integer", minimum: 1 } },
      required: ["city", "inhabitants"],
      additionalProperties: false,
    };
    const data = await client.messages.create({
      ...ask("Which city?"),
      output_config: { format: { type: "json_schema", schema } },
    });
    expect(JSON.parse(text(data))).toEqual({ city: expect.any(String), inhabitants: expect.any(Number) });
  });

  it("refuses requests in Anthropic's words", async () => {
    const bare = await fetch(`${simulator.url}/v1/messages`, { method: "POST", body: "{}" });
    expect(bare.status).toBe(401);
    expect(await bare.json()).toMatchObject({ type: "error", error: { type: "authentication_error" } });
    const unversioned = await fetch(`${simulator.url}/v1/messages`, {
      method: "POST",
      body: "{}",
      headers: { "x-api-key": "k" },
    });
    expect(unversioned.status).toBe(400);
    const noMax = client.messages.create({ model: "sure", messages: [{ role: "user", content: "x" }] } as never);
    await expect(noMax).rejects.toMatchObject({ status: 400, type: "invalid_request_error" });
  });

  it("lists its models", async () => {
    const page = await client.models.list();
    expect(page.data.map(({ id }) => id)).toContain("claude-haiku-4-5");
  });
});
