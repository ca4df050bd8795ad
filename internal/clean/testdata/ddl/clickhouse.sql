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
CREATE OR REPLACE VIEW `my "logs"` AS
SELECT * FROM file('it\'s clean/dt=*/part-*.ndjson', 'JSONEachRow', '
  `time` Nullable(DateTime64(3, \'UTC\')),
  `orderID` Nullable(Int64),
  `orderid` Nullable(String),
  `user` Nullable(String),
  `@v\\`"\'\\\\` Nullable(Bool),
  `dt` Nullable(Float64),
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
CREATE OR REPLACE VIEW `my "logs"` AS
SELECT * FROM file('it\'s clean/dt=*/part-*.csv', 'CSVWithNames', '
  `time` Nullable(DateTime64(3, \'UTC\')),
  `orderID` Nullable(Int64),
  `orderid` Nullable(String),
  `user.id` Nullable(String),
  `user.age` Nullable(Int64),
  `@v\\`"\'\\\\` Nullable(Bool),
  `dt` Nullable(Float64),
  `_rest` Nullable(String),
  `dt` String
')
SETTINGS use_hive_partitioning = 1;

-- parquet, split none
CREATE OR REPLACE VIEW `my "logs"` AS
SELECT * FROM file('it\'s clean/part-*.parquet', 'Parquet');

-- parquet, split day
CREATE OR REPLACE VIEW `my "logs"` AS
SELECT * FROM file('it\'s clean/dt=*/part-*.parquet', 'Parquet')
SETTINGS use_hive_partitioning = 1;

