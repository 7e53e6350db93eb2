-- Do the books agree? What the decisions say was spent, what their calls add up to, and what the ledger's journal charged for
-- them. The three are the same to the nano-dollar, but for charges that a provider's invoice corrected later (journal below
-- decided). Budgets are kept in micro-dollars, each call rounded up: `settled` lies above `journal` by less than one a call.
SELECT
    d.tenant AS tenant,
    /*month of d.received_at*/
    d.department AS department,
    sum(toInt128(d.cost_nano_usd)) AS decided_nano_usd,
    sum(c.called) AS called_nano_usd,
    sum(j.charged) AS journal_nano_usd,
    decided_nano_usd - journal_nano_usd AS difference_nano_usd,
    sum(j.settled) AS settled_micro_usd,
    settled_micro_usd * 1000 - journal_nano_usd AS rounded_up_nano_usd
FROM decisions AS d
LEFT JOIN
(
    SELECT a.tenant AS tenant, a.application AS application, a.request_id AS request_id, sum(toInt128(a.cost_nano_usd)) AS called
    FROM attempts AS a
    WHERE 1 /*within a.received_at*/
    GROUP BY ALL
) AS c ON c.tenant = d.tenant AND c.application = d.application AND c.request_id = d.request_id
LEFT JOIN
(
    SELECT tenant, request_id, sum(toInt128(charge)) AS charged, sum(toInt128(taken)) AS settled
    FROM
    (
        SELECT
            tenant,
            request_id,
            attempt_id,
            argMax(cost_nano_usd, sequence) AS charge,
            sumIf(amount_micro_usd, kind = 'settled') - sumIf(amount_micro_usd, kind = 'late_settled') AS taken
        FROM ledger_entries
        WHERE kind IN ('settled', 'late_settled')
        GROUP BY ALL
    )
    GROUP BY ALL
) AS j ON j.tenant = d.tenant AND j.request_id = d.request_id
WHERE 1 /*within d.received_at*/
GROUP BY ALL
ORDER BY ALL
