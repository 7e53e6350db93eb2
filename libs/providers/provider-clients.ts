import type { Provider } from "@leverframe/catalog";

/** One SDK client for each provider of the catalog, for as long as that catalog lives. */
export class ProviderClients<Client> {
  private readonly clients = new WeakMap<Provider, Client>();

  constructor(private readonly open: (provider: Provider) => Client) {}

  of(provider: Provider): Client {
    let client = this.clients.get(provider);
    if (client === undefined) this.clients.set(provider, (client = this.open(provider)));
    return client;
  }
}
