import { run } from "@leverframe/nest";
import { BudgetLedgerModule } from "./budget-ledger.module";

await run(BudgetLedgerModule);
