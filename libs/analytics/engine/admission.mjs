import { timingSafeEqual } from "node:crypto";

/** Whether the request carries the password in one of the ways of ClickHouse's HTTP interface. */
export function isAdmitted(request, searchParams, password) {
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const given =
    (basic ? Buffer.from(basic, "base64").toString("utf8").split(":").slice(1).join(":") : undefined) ??
    request.headers["x-clickhouse-key"] ??
    searchParams.get("password");
  if (typeof given !== "string") return false;
  const [a, b] = [Buffer.from(given), Buffer.from(password)];
  return a.length === b.length && timingSafeEqual(a, b);
}
