-- What escalation cost, and what it brought: of the requests whose first answer was not good enough, what that first plan cost,
-- what asking on added, and how many were rescued: answered in the end with every check passed. Questions about what a request
-- is (second opinions) are no part of it.
SELECT
    d.tenant AS tenant,
    /*month of d.received_at*/
    d.department AS department,
    d.task_type AS task_type,
    count() AS escalated,
    countIf(d.success) AS rescued,
    sum(c.first) AS first_nano_usd,
    toDecimal128(first_nano_usd, 9) / 1000000000 AS first_usd,
    sum(c.added) AS added_nano_usd,
    toDecimal128(added_nano_usd, 9) / 1000000000 AS added_usd,
    if(rescued = 0, NULL, intDiv(added_nano_usd, rescued)) AS added_per_rescued_nano_usd,
    toDecimal128(added_per_rescued_nano_usd, 9) / 1000000000 AS added_per_rescued_usd
FROM decisions AS d
LEFT JOIN
(
    SELECT
        a.tenant AS tenant,
        a.application AS application,
        a.request_id AS request_id,
        sumIf(toInt128(a.cost_nano_usd), a.round = 0) AS first,
        sumIf(toInt128(a.cost_nano_usd), a.round > 0) AS added
    FROM attempts AS a
    WHERE 1 /*within a.received_at*/
    GROUP BY ALL
) AS c ON c.tenant = d.tenant AND c.application = d.application AND c.request_id = d.request_id
WHERE d.escalations > 0 /*within d.received_at*/
GROUP BY ALL
ORDER BY ALL
