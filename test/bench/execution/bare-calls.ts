import OpenAI from "openai";

/** What an application would do without us: the official SDK as it comes, one client for all calls. */
export class BareCalls {
  private readonly sdk: OpenAI;

  constructor(
    simulatorUrl: string,
    private readonly model: string,
  ) {
    this.sdk = new OpenAI({ apiKey: "bench", baseURL: `${simulatorUrl}/v1`, maxRetries: 0 });
  }

  async make(text: string): Promise<void> {
    const { choices } = await this.sdk.chat.completions.create({ model: this.model, messages: [{ role: "user", content: text }], max_tokens: 2_048 });
    if (!choices[0]?.message.content) throw new Error("the bare call had no answer");
  }

  /** How many pieces came. */
  async stream(text: string): Promise<number> {
    const stream = await this.sdk.chat.completions.create({ model: this.model, messages: [{ role: "user", content: text }], max_tokens: 2_048, stream: true });
    let pieces = 0;
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) pieces += 1;
    return pieces;
  }
}
