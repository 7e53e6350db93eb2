-- What each budget account in dollars carries by the journal, also when it is closed by now: settled is spent, reserved is held for calls under way.
SELECT
    p.tenant AS tenant,
    p.budget_window AS budget_window,
    p.scope AS scope,
    sum(toInt128(p.settled_delta_micro_usd)) AS settled_micro_usd,
    toDecimal128(settled_micro_usd, 6) / 1000000 AS settled_usd,
    sum(toInt128(p.reserved_delta_micro_usd)) AS reserved_micro_usd,
    toDecimal128(reserved_micro_usd, 6) / 1000000 AS reserved_usd
FROM postings AS p
WHERE p.unit = 'usd' AND p.kind != 'archived' /*within p.at*/
GROUP BY ALL
ORDER BY ALL
