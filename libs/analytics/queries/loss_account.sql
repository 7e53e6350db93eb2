-- Records of the log whose rows are stored. A gap is an offset that came before a stored one and is not stored itself.
SELECT
    i.topic AS topic,
    i.log_partition AS log_partition,
    count() AS stored,
    min(i.log_offset) AS first_offset,
    max(i.log_offset) AS last_offset,
    last_offset + 1 - stored AS gaps
FROM ingested AS i
GROUP BY ALL
ORDER BY ALL
