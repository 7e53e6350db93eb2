-- Cost per successful outcome: all that was spent on a task type, over the requests that were answered and passed every
-- check. Whole nano-dollars, rounded down; no value where nothing succeeded.
SELECT
    d.tenant AS tenant,
    /*month of d.received_at*/
    d.task_type AS task_type,
    count() AS requests,
    countIf(d.success) AS successes,
    successes / requests AS success_rate,
    sum(toInt128(d.cost_nano_usd)) AS cost_nano_usd,
    toDecimal128(cost_nano_usd, 9) / 1000000000 AS cost_usd,
    if(successes = 0, NULL, intDiv(cost_nano_usd, successes)) AS cost_per_success_nano_usd,
    toDecimal128(cost_per_success_nano_usd, 9) / 1000000000 AS cost_per_success_usd
FROM decisions AS d
WHERE 1 /*within d.received_at*/
GROUP BY ALL
ORDER BY ALL
