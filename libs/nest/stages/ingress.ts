/** The applications whose topics this process reads. */
export interface Ingress {
  /**
   * Reads the topics of these applications, too; resolves when they are read. A stage that has to read more finishes what
   * it has, leaves its group and comes back to it. Topics that nobody has provisioned are refused before anything is left:
   * AppError of the log, and everything goes on as before. An application that is gone stays: its topics may hold records.
   */
  hear(applications: readonly string[]): Promise<void>;
}

export interface IngressParts {
  /** Those that are read already; what is heard is added. */
  readonly applications: string[];
  /** Makes the topics of these applications, where this installation does so by itself. */
  readonly provision: (applications: readonly string[]) => Promise<void>;
  /** Rejects when a topic is not there, and then has changed nothing. */
  readonly refresh: () => Promise<void>;
}

export function createIngress({ applications, provision, refresh }: IngressParts): Ingress {
  let hearing: Promise<void> = Promise.resolve();
  const hear = async (wanted: readonly string[]): Promise<void> => {
    const fresh = wanted.filter((application) => !applications.includes(application));
    if (fresh.length === 0) return;
    await provision([...applications, ...fresh]);
    applications.push(...fresh);
    try {
      await refresh();
    } catch (error) {
      for (const application of fresh) applications.splice(applications.indexOf(application), 1);
      throw error;
    }
  };
  return {
    hear(wanted) {
      const heard = hearing.then(() => hear(wanted));
      hearing = heard.catch(() => undefined);
      return heard;
    },
  };
}
