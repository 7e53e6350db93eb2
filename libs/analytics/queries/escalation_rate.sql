-- How often the first plan was not good enough. The rate is of requests for which a model was called.
SELECT
    d.tenant AS tenant,
    /*month of d.received_at*/
    d.task_type AS task_type,
    count() AS called,
    countIf(d.escalations > 0) AS escalated,
    sum(d.escalations) AS escalations,
    escalated / called AS escalation_rate
FROM decisions AS d
WHERE d.attempts > 0 /*within d.received_at*/
GROUP BY ALL
ORDER BY ALL
