-- ndjson, split none
CREATE OR REPLACE VIEW `my "logs"` AS
SELECT * FROM file('it\'s clean/part-*.ndjson', 'JSONEachRow', '
  `time` Nullable(DateTime64(3, \'UTC\')),
  `orderID` Nullable(Int64),
  `orderid` Nullable(String),
  `user` Nullable(String),
  `@v\\`"\'\\\\` Nullable(Bool),
  `dt` Nullable(Float64)
');

-- ndjson, split day
-- Left out, because other columns have these names, upper and lower case aside: dt
CREATE OR REPLACE VIEW `my "logs"` AS
SELECT * FROM file('it\'s clean/dt=*/part-*.ndjson', 'JSONEachRow', '
  `time` Nullable(DateTime64(3, \'UTC\')),
  `orderID` Nullable(Int64),
  `orderid` Nullable(String),
  `user` Nullable(String),
  `@v\\`"\'\\\\` Nullable(Bool),
  `dt` String
')
SETTINGS use_hive_partitioning = 1;

-- csv, split none
CREATE OR REPLACE VIEW `my "logs"` AS
SELECT * FROM file('it\'s clean/part-*.csv', 'CSVWithNames', '
  `time` Nullable(DateTime64(3, \'UTC\')),
  `orderID` Nullable(Int64),
  `orderid` Nullable(String),
  `user.id` Nullable(String),
  `user.age` Nullable(Int64),
  `@v\\`"\'\\\\` Nullable(Bool),
  `dt` Nullable(Float64),
  `_rest` Nullable(String)
');

-- csv, split day
-- Left out, because other columns have these names, upper and lower case aside: dt
CREATE OR REPLACE VIEW `my "logs"` AS
SELECT * FROM file('it\'s clean/dt=*/part-*.csv', 'CSVWithNames', '
  `time` Nullable(DateTime64(3, \'UTC\')),
  `orderID` Nullable(Int64),
  `orderid` Nullable(String),
  `user.id` Nullable(String),
  `user.age` Nullable(Int64),
  `@v\\`"\'\\\\` Nullable(Bool),
  `_rest` Nullable(String),
  `dt` String
')
SETTINGS use_hive_partitioning = 1;

-- parquet, split none
CREATE OR REPLACE VIEW `my "logs"` AS
SELECT * FROM file('it\'s clean/part-*.parquet', 'Parquet', '
  `time` Nullable(DateTime64(3, \'UTC\')),
  `orderID` Nullable(Int64),
  `orderid` Nullable(String),
  `user.id` Nullable(String),
  `user.age` Nullable(Int64),
  `@v\\`"\'\\\\` Nullable(Bool),
  `dt` Nullable(Float64),
  `_rest` Nullable(String)
');

-- parquet, split day
-- Left out, because other columns have these names, upper and lower case aside: dt
CREATE OR REPLACE VIEW `my "logs"` AS
SELECT * FROM file('it\'s clean/dt=*/part-*.parquet', 'Parquet', '
  `time` Nullable(DateTime64(3, \'UTC\')),
  `orderID` Nullable(Int64),
  `orderid` Nullable(String),
  `user.id` Nullable(String),
  `user.age` Nullable(Int64),
  `@v\\`"\'\\\\` Nullable(Bool),
  `_rest` Nullable(String),
  `dt` String
')
SETTINGS use_hive_partitioning = 1;

