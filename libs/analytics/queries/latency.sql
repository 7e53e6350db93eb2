-- From a request's arrival to the end of its last provider call, and the part of it that no provider had: waiting,
-- stages and backoff. Exact percentiles, in microseconds, of requests for which a model was called.
SELECT
    d.tenant AS tenant,
    /*month of d.received_at*/
    d.latency_class AS latency_class,
    count() AS called,
    quantileExact(0.5)(d.latency_micros) AS latency_p50_micros,
    quantileExact(0.95)(d.latency_micros) AS latency_p95_micros,
    quantileExact(0.99)(d.latency_micros) AS latency_p99_micros,
    quantileExact(0.5)(d.latency_micros - d.provider_micros) AS overhead_p50_micros,
    quantileExact(0.95)(d.latency_micros - d.provider_micros) AS overhead_p95_micros,
    quantileExact(0.99)(d.latency_micros - d.provider_micros) AS overhead_p99_micros
FROM decisions AS d
WHERE d.attempts > 0 /*within d.received_at*/
GROUP BY ALL
ORDER BY ALL
