-- ndjson, split none
CREATE EXTERNAL TABLE `my__logs_` (
  `time` string,
  `orderid` bigint,
  `orderid_2` string,
  `user` string,
  `_v____` boolean,
  `dt` double
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'false',
  'ignore.malformed.json' = 'false',
  'mapping.orderid' = 'orderID',
  'mapping.orderid_2' = 'orderid',
  'mapping._v____' = '@v`"\'\\'
)
STORED AS TEXTFILE
LOCATION 's3://BUCKET/PREFIX/'
;

-- ndjson, split day
-- Events without a time are in dt=__HIVE_DEFAULT_PARTITION__, which is out of the range of days: this table does not show them.
CREATE EXTERNAL TABLE `my__logs_` (
  `time` string,
  `orderid` bigint,
  `orderid_2` string,
  `user` string,
  `_v____` boolean,
  `dt_2` double
)
PARTITIONED BY (`dt` string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'false',
  'ignore.malformed.json' = 'false',
  'mapping.orderid' = 'orderID',
  'mapping.orderid_2' = 'orderid',
  'mapping._v____' = '@v`"\'\\',
  'mapping.dt_2' = 'dt'
)
STORED AS TEXTFILE
LOCATION 's3://BUCKET/PREFIX/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2018-03-28,2018-03-29',
  'storage.location.template' = 's3://BUCKET/PREFIX/dt=${dt}/'
);

-- csv, split none
-- Athena breaks values of CSV at line breaks and drops their backslashes; Parquet and NDJSON keep them.
CREATE EXTERNAL TABLE `my__logs_` (
  `time` string,
  `orderid` string,
  `orderid_2` string,
  `user_id` string,
  `user_age` string,
  `_v____` string,
  `dt` string,
  `_rest` string
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"', 'escapeChar' = '\\')
STORED AS TEXTFILE
LOCATION 's3://BUCKET/PREFIX/'
TBLPROPERTIES (
  'skip.header.line.count' = '1'
);

-- csv, split day
-- Athena breaks values of CSV at line breaks and drops their backslashes; Parquet and NDJSON keep them.
-- Events without a time are in dt=__HIVE_DEFAULT_PARTITION__, which is out of the range of days: this table does not show them.
CREATE EXTERNAL TABLE `my__logs_` (
  `time` string,
  `orderid` string,
  `orderid_2` string,
  `user_id` string,
  `user_age` string,
  `_v____` string,
  `dt_2` string,
  `_rest` string
)
PARTITIONED BY (`dt` string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"', 'escapeChar' = '\\')
STORED AS TEXTFILE
LOCATION 's3://BUCKET/PREFIX/'
TBLPROPERTIES (
  'skip.header.line.count' = '1',
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2018-03-28,2018-03-29',
  'storage.location.template' = 's3://BUCKET/PREFIX/dt=${dt}/'
);

-- parquet, split none
CREATE EXTERNAL TABLE `my__logs_` (
  `time` timestamp,
  `orderid` bigint,
  `orderid_2` string,
  `user_id` string,
  `user_age` bigint,
  `_v____` boolean,
  `dt` double,
  `_rest` string
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('parquet.column.index.access' = 'true')
STORED AS PARQUET
LOCATION 's3://BUCKET/PREFIX/'
;

-- parquet, split day
-- Events without a time are in dt=__HIVE_DEFAULT_PARTITION__, which is out of the range of days: this table does not show them.
CREATE EXTERNAL TABLE `my__logs_` (
  `time` timestamp,
  `orderid` bigint,
  `orderid_2` string,
  `user_id` string,
  `user_age` bigint,
  `_v____` boolean,
  `dt_2` double,
  `_rest` string
)
PARTITIONED BY (`dt` string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
WITH SERDEPROPERTIES ('parquet.column.index.access' = 'true')
STORED AS PARQUET
LOCATION 's3://BUCKET/PREFIX/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2018-03-28,2018-03-29',
  'storage.location.template' = 's3://BUCKET/PREFIX/dt=${dt}/'
);

