-- How much hangs on one provider: its share of calls and of cost.
SELECT
    tenant,
    /*month*/
    provider,
    calls,
    failed_calls,
    cost_nano_usd,
    toDecimal128(cost_nano_usd, 9) / 1000000000 AS cost_usd,
    calls / sum(calls) OVER everyone AS call_share,
    if(total_nano_usd = 0, NULL, toFloat64(cost_nano_usd) / toFloat64(total_nano_usd)) AS cost_share,
    sum(cost_nano_usd) OVER everyone AS total_nano_usd
FROM
(
    SELECT
        a.tenant AS tenant,
        /*month of a.received_at*/
        a.provider AS provider,
        count() AS calls,
        countIf(a.outcome != 'succeeded') AS failed_calls,
        sum(toInt128(a.cost_nano_usd)) AS cost_nano_usd
    FROM attempts AS a
    WHERE 1 /*within a.received_at*/
    GROUP BY ALL
)
WINDOW everyone AS (PARTITION BY /*month*/ tenant)
ORDER BY ALL
