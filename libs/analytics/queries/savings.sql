-- What routing saved against the same tokens on the dearest premium candidate. What was spent without an answer counts
-- against it, so a saving can be negative.
SELECT
    d.tenant AS tenant,
    /*month of d.received_at*/
    d.department AS department,
    count() AS called,
    sum(toInt128(d.cost_nano_usd)) AS cost_nano_usd,
    toDecimal128(cost_nano_usd, 9) / 1000000000 AS cost_usd,
    sum(toInt128(d.baseline_nano_usd)) AS baseline_nano_usd,
    toDecimal128(baseline_nano_usd, 9) / 1000000000 AS baseline_usd,
    baseline_nano_usd - cost_nano_usd AS saved_nano_usd,
    toDecimal128(saved_nano_usd, 9) / 1000000000 AS saved_usd,
    if(baseline_nano_usd = 0, NULL, toFloat64(saved_nano_usd) / toFloat64(baseline_nano_usd)) AS saved_ratio
FROM decisions AS d
WHERE d.attempts > 0 /*within d.received_at*/
GROUP BY ALL
ORDER BY ALL
