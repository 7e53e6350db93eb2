-- What each scope settled in each hour (UTC), in its unit: dollars in micro-dollars. One entry is posted to each window of a
-- scope, so it is counted once for all of them. Taking back (a late count by the provider) is a negative amount.
SELECT
    tenant,
    scope,
    unit,
    toStartOfHour(at) AS hour,
    sum(toInt128(settled)) AS amount
FROM
(
    SELECT p.tenant AS tenant, p.scope AS scope, p.unit AS unit, p.entry_id AS entry_id, any(p.at) AS at, any(p.settled_delta_micro_usd) AS settled
    FROM postings AS p
    WHERE p.settled_delta_micro_usd != 0 AND p.kind != 'archived' /*within*/
    GROUP BY ALL
)
GROUP BY ALL
ORDER BY ALL
