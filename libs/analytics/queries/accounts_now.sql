-- What the last entry of the journal left of each account.
SELECT
    scope,
    budget_window,
    unit,
    argMax(tuple(p.cap), (p.at, p.sequence)).1 AS cap,
    argMax(p.reserved_after_micro_usd, (p.at, p.sequence)) AS reserved,
    argMax(p.settled_after_micro_usd, (p.at, p.sequence)) AS settled
FROM postings AS p
WHERE p.scope IN {scopes:Array(String)} AND p.budget_window IN {windows:Array(String)}
GROUP BY ALL
ORDER BY ALL
