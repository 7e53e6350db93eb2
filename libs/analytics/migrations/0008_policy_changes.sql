-- Another policy set came into force at an instance, or was refused there: who, what, why.
CREATE TABLE IF NOT EXISTS policy_changes_raw
(
    event_id String,
    instance String,
    kind LowCardinality(String),
    policy_version_before Nullable(String),
    policy_version String,
    catalog_version_before Nullable(String),
    catalog_version String,
    actor String,
    actor_source LowCardinality(String),
    git_commit Nullable(String),
    git_ref Nullable(String),
    dirty Bool,
    files Array(String),
    changes Array(String),
    behaviour Array(String),
    problems Array(String),
    at DateTime64(6, 'UTC'),
    stored_at DateTime DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (at, event_id)
