/** Hands a command to a simulator that runs in another process. */
export async function tell(url: string, command: object): Promise<void> {
  const answer = await fetch(`${url}/_control`, { method: "POST", body: JSON.stringify(command) });
  if (!answer.ok) throw new Error(`the simulator refused ${JSON.stringify(command)}: ${await answer.text()}`);
}
