-- What each department spent, in whole nano-dollars and in dollars; calls that failed or were thrown away count.
SELECT
    d.tenant AS tenant,
    /*month of d.received_at*/
    d.department AS department,
    count() AS requests,
    countIf(d.status = 'answered') AS answered,
    countIf(d.status = 'refused') AS refused,
    sum(d.attempts) AS provider_calls,
    sum(toInt128(d.cost_nano_usd)) AS cost_nano_usd,
    toDecimal128(cost_nano_usd, 9) / 1000000000 AS cost_usd
FROM decisions AS d
WHERE 1 /*within d.received_at*/
GROUP BY ALL
ORDER BY ALL
