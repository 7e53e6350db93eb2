import type { Ledger } from "@leverframe/ledger";
import { openLedger } from "@leverframe/wiring";
import { type Installation, withInstallation } from "../installation";
import { presentConfigOf } from "../data-folder";
import type { GlobalOptions } from "../global-options";

type Use<T> = (ledger: Ledger, installation: Installation) => Promise<T>;

/** The ledger's store and the log of the configured profile, for as long as `use` runs. A store that lost data refuses. */
export const withLedger = <T>(options: GlobalOptions, use: Use<T>): Promise<T> => opened(options, false, use);

/** The same of whatever is left of the store: to look into it, and to rebuild it. */
export const withWhatIsLeft = <T>(options: GlobalOptions, use: Use<T>): Promise<T> => opened(options, true, use);

function opened<T>(options: GlobalOptions, repair: boolean, use: Use<T>): Promise<T> {
  return withInstallation(presentConfigOf(options), async (installation) => {
    const ledger = await openLedger(installation.config, { repair });
    try {
      return await use(ledger, installation);
    } finally {
      await ledger.close();
    }
  });
}
