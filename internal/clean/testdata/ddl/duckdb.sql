-- ndjson, split none
-- Left out, because other columns have these names, upper and lower case aside: orderid
CREATE OR REPLACE VIEW "my ""logs""" AS
SELECT * FROM read_json(
  'it''s clean/part-*.ndjson',
  format = 'newline_delimited',
  columns = {
    'time': 'TIMESTAMPTZ',
    'orderID': 'BIGINT',
    'user': 'JSON',
    '@v`"''\': 'BOOLEAN',
    'dt': 'DOUBLE'
  }
);

-- ndjson, split day
-- Left out, because other columns have these names, upper and lower case aside: orderid, dt
CREATE OR REPLACE VIEW "my ""logs""" AS
SELECT * FROM read_json(
  'it''s clean/dt=*/part-*.ndjson',
  format = 'newline_delimited',
  columns = {
    'time': 'TIMESTAMPTZ',
    'orderID': 'BIGINT',
    'user': 'JSON',
    '@v`"''\': 'BOOLEAN'
  },
  hive_partitioning = true
);

-- csv, split none
CREATE OR REPLACE VIEW "my ""logs""" AS
SELECT * FROM read_csv(
  'it''s clean/part-*.csv',
  header = true,
  delim = ',', quote = '"', escape = '"', allow_quoted_nulls = false,
  max_line_size = 20971520,
  columns = {
    'time': 'TIMESTAMPTZ',
    'orderID': 'BIGINT',
    'orderid_2': 'VARCHAR',
    'user.id': 'VARCHAR',
    'user.age': 'BIGINT',
    '@v`"''\': 'BOOLEAN',
    'dt': 'DOUBLE',
    '_rest': 'JSON'
  }
);

-- csv, split day
CREATE OR REPLACE VIEW "my ""logs""" AS
SELECT * FROM read_csv(
  'it''s clean/dt=*/part-*.csv',
  header = true,
  delim = ',', quote = '"', escape = '"', allow_quoted_nulls = false,
  max_line_size = 20971520,
  columns = {
    'time': 'TIMESTAMPTZ',
    'orderID': 'BIGINT',
    'orderid_2': 'VARCHAR',
    'user.id': 'VARCHAR',
    'user.age': 'BIGINT',
    '@v`"''\': 'BOOLEAN',
    'dt_2': 'DOUBLE',
    '_rest': 'JSON'
  },
  hive_partitioning = true
);

-- parquet, split none
CREATE OR REPLACE VIEW "my ""logs""" AS
SELECT * FROM read_parquet(
  'it''s clean/part-*.parquet'
);

-- parquet, split day
-- Left out, because other columns have these names, upper and lower case aside: dt
CREATE OR REPLACE VIEW "my ""logs""" AS
SELECT * FROM read_parquet(
  'it''s clean/dt=*/part-*.parquet',
  hive_partitioning = true
);

