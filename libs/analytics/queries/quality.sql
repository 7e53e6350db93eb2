-- Evaluation checks of every round, by the candidate whose output was checked.
SELECT
    d.tenant AS tenant,
    /*month of d.received_at*/
    d.task_type AS task_type,
    candidate,
    check_name,
    count() AS checked,
    countIf(passed) AS passes,
    checked - passes AS failures,
    passes / checked AS pass_rate
FROM decisions AS d
ARRAY JOIN d.check_candidates AS candidate, d.check_names AS check_name, d.check_passed AS passed
WHERE 1 /*within d.received_at*/
GROUP BY ALL
ORDER BY ALL
