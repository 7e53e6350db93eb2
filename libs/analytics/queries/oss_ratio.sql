-- Whose models answer: open-source ones against commercial ones.
SELECT
    d.tenant AS tenant,
    /*month of d.received_at*/
    d.department AS department,
    count() AS answered,
    countIf(d.oss_share = 1) AS oss_answers,
    countIf(d.oss_share < 1) AS commercial_answers,
    sum(d.oss_share) / answered AS oss_ratio,
    sumIf(toInt128(d.cost_nano_usd), d.oss_share = 1) AS oss_cost_nano_usd,
    toDecimal128(oss_cost_nano_usd, 9) / 1000000000 AS oss_cost_usd,
    sumIf(toInt128(d.cost_nano_usd), d.oss_share < 1) AS commercial_cost_nano_usd,
    toDecimal128(commercial_cost_nano_usd, 9) / 1000000000 AS commercial_cost_usd
FROM decisions AS d
WHERE d.status = 'answered' /*within d.received_at*/
GROUP BY ALL
ORDER BY ALL
