import type { HealthReport } from "@leverframe/health";

/** A report as both stores keep it; `v` tells it from those of other releases, which are passed over. */
const VERSION = 1;

export const memberOf = ({ deployment, instance }: HealthReport): string => `${deployment} ${instance}`;

export const reportText = (report: HealthReport): string => JSON.stringify({ v: VERSION, ...report });

/** Empty for what another release wrote, or what is no report: news that cannot be read is no news. */
export function readReports(texts: readonly string[]): HealthReport[] {
  return texts.flatMap((text) => {
    try {
      const { v, ...report } = JSON.parse(text) as HealthReport & { v: number };
      return v === VERSION ? [report] : [];
    } catch {
      return [];
    }
  });
}
