-- What was done beside plain calls, and what the calls cost that it was done to: second calls beside slow ones (`hedge`) and those that
-- were paid for nothing (`hedge_lost`), shortened prompts, streams and what held them. And what charges do not stand on a provider's
-- count: `charged_at_estimate`, `charged_at_worst_case`, `billed_above_worst_case`. A call with two notes counts under both.
SELECT
    a.tenant AS tenant,
    /*month of a.received_at*/
    a.provider AS provider,
    arrayJoin(arrayConcat(
        arrayMap(note -> splitByChar(':', note)[1], a.notes),
        extractAll(ifNull(a.error, ''), '(charged_at_estimate|charged_at_worst_case|billed_above_worst_case)')
    )) AS note,
    count() AS calls,
    countIf(a.outcome != 'succeeded') AS failed_calls,
    sum(toInt128(a.cost_nano_usd)) AS cost_nano_usd,
    toDecimal128(cost_nano_usd, 9) / 1000000000 AS cost_usd
FROM attempts AS a
WHERE 1 /*within a.received_at*/
GROUP BY ALL
ORDER BY ALL
