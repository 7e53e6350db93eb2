-- What a business outcome costs by department and route: all that was spent, over the requests that did what they were wanted for.
-- Whether one did is what the application said last (`feedback`); where it said nothing, that the answer passed every check, or
-- that a person who had to look first released it.
-- Whole nano-dollars, rounded down; no value where nothing succeeded.
SELECT
    d.tenant AS tenant,
    /*month of d.received_at*/
    d.department AS department,
    d.route AS route,
    count() AS requests,
    countIf(f.said IS NOT NULL) AS judged,
    countIf(ifNull(f.said, d.success OR r.released)) AS successes,
    successes / requests AS success_rate,
    sum(toInt128(d.cost_nano_usd)) AS cost_nano_usd,
    toDecimal128(cost_nano_usd, 9) / 1000000000 AS cost_usd,
    if(successes = 0, NULL, intDiv(cost_nano_usd, successes)) AS cost_per_success_nano_usd,
    toDecimal128(cost_per_success_nano_usd, 9) / 1000000000 AS cost_per_success_usd
FROM decisions AS d
LEFT JOIN
(
    SELECT o.tenant AS tenant, o.application AS application, o.request_id AS request_id, argMax(o.succeeded, o.at) AS said FROM feedback AS o WHERE o.succeeded IS NOT NULL GROUP BY ALL
) AS f ON f.tenant = d.tenant AND f.application = d.application AND f.request_id = d.request_id
LEFT JOIN (SELECT v.tenant AS tenant, v.request_id AS request_id, true AS released FROM reviews AS v WHERE v.verdict = 'release' GROUP BY ALL) AS r
    ON r.tenant = d.tenant AND r.request_id = d.request_id
WHERE 1 /*within d.received_at*/
GROUP BY ALL
ORDER BY ALL
