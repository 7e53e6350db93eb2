-- Version 1 counted dollars alone, and requests of a minute in a table of their own.
ALTER TABLE reservations ADD COLUMN lines TEXT NOT NULL DEFAULT '[]';
ALTER TABLE reservations ADD COLUMN restored INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';
INSERT INTO balances (scope, window, unit, cap, reserved, settled, changes) SELECT scope, window, 'usd', cap, reserved, settled, '[]' FROM accounts;
DROP TABLE accounts;
DROP TABLE rates;
