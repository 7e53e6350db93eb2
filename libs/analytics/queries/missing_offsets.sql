-- Ranges of offsets of one partition that are not stored, first and last included.
SELECT
    previous + 1 AS first_offset,
    log_offset - 1 AS last_offset
FROM
(
    SELECT
        log_offset,
        lagInFrame(log_offset, 1, toInt64(-1)) OVER (ORDER BY log_offset ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS previous
    FROM
    (
        SELECT i.log_offset AS log_offset FROM ingested AS i
        WHERE i.topic = {topic:String} AND i.log_partition = {partition:UInt32} AND i.log_offset < {end:Int64}
        UNION ALL
        SELECT {end:Int64} AS log_offset
    )
)
WHERE log_offset - previous > 1
ORDER BY first_offset
LIMIT {rows_max:UInt32}
