import type { BudgetOutlook } from "@leverframe/wiring";
import type { Column } from "./grid";
import { amountText } from "./ledger-columns";

const MICRO_PER_USD = 1e6;

type Amount = (outlook: BudgetOutlook) => number | null;

const amount = (name: string, title: string, of: Amount): Column<BudgetOutlook> => ({
  name,
  title,
  align: "right",
  value: (outlook) => {
    const found = of(outlook);
    return found === null ? null : outlook.unit === "usd" ? Math.round(found) / MICRO_PER_USD : Math.round(found);
  },
  text: (outlook) => {
    const found = of(outlook);
    return found === null ? "–" : amountText(outlook.unit, Math.round(found));
  },
});

export const FORECAST_COLUMNS: readonly Column<BudgetOutlook>[] = [
  { name: "scope", title: "scope", value: ({ scope }) => scope },
  { name: "window", title: "window", value: ({ window }) => window },
  { name: "unit", title: "unit", value: ({ unit }) => unit },
  amount("spent", "spent", ({ forecast }) => forecast.spent),
  amount("burnPerDay", "a day", ({ forecast }) => forecast.burnPerDay),
  amount("projected", "at the end", ({ forecast }) => forecast.projected),
  amount("low", "from", ({ forecast }) => forecast.low),
  amount("high", "to", ({ forecast }) => forecast.high),
  amount("cap", "cap", ({ cap }) => cap),
  { name: "exhaustedOn", title: "exhausted on", value: ({ forecast }) => forecast.exhaustedOn },
  { name: "historyDays", title: "days known", align: "right", value: ({ forecast }) => forecast.historyDays },
  { name: "basis", title: "basis", value: ({ forecast }) => forecast.basis },
];
