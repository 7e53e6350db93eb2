-- The loss account against the log itself: what is produced, stored, still waiting for the sink, and lost (committed by
-- the sink and not stored). Offsets are counted from 0: what the log no longer keeps was stored while it did.
WITH ends AS
(
    SELECT
        tupleElement(one, 1) AS topic,
        tupleElement(one, 2) AS log_partition,
        tupleElement(one, 3) AS end_offset,
        tupleElement(one, 4) AS committed_offset
    FROM
    (
        SELECT arrayJoin(arrayZip({topics:Array(String)}, {partitions:Array(UInt32)}, {ends:Array(Int64)}, {committed:Array(Int64)})) AS one
    )
)
SELECT
    e.topic AS topic,
    e.log_partition AS log_partition,
    e.end_offset AS produced,
    countIf(i.log_offset >= 0 AND i.log_offset < e.end_offset) AS stored,
    e.committed_offset - countIf(i.log_offset >= 0 AND i.log_offset < e.committed_offset) AS lost,
    produced - stored - lost AS waiting
FROM ends AS e
LEFT JOIN (SELECT topic, log_partition, toNullable(log_offset) AS log_offset FROM ingested) AS i
    ON i.topic = e.topic AND i.log_partition = e.log_partition
GROUP BY ALL
ORDER BY ALL
