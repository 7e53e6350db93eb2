-- Average cost of a request for which a model was called, whole nano-dollars, rounded down.
SELECT
    d.tenant AS tenant,
    /*month of d.received_at*/
    d.task_type AS task_type,
    d.complexity AS complexity,
    count() AS called,
    sum(toInt128(d.cost_nano_usd)) AS cost_nano_usd,
    intDiv(cost_nano_usd, called) AS average_cost_nano_usd,
    toDecimal128(average_cost_nano_usd, 9) / 1000000000 AS average_cost_usd
FROM decisions AS d
WHERE d.attempts > 0 /*within d.received_at*/
GROUP BY ALL
ORDER BY ALL
