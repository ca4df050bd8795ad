terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "123456789012"
  secret_key                  = "local"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
    logs = var.endpoint
  }
}

resource "aws_cloudwatch_log_group" "web" {
  name              = "/labels/web"
  retention_in_days = 30
  tags              = { team = "labels" }
}

resource "aws_cloudwatch_log_stream" "host" {
  name           = "host-1"
  log_group_name = aws_cloudwatch_log_group.web.name
}

resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "errors"
  pattern        = "{ $.level = \"error\" }"
  log_group_name = aws_cloudwatch_log_group.web.name
  metric_transformation {
    name          = "Errors"
    namespace     = "Labels"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_log_subscription_filter" "all" {
  name            = "all"
  log_group_name  = aws_cloudwatch_log_group.web.name
  filter_pattern  = ""
  destination_arn = "arn:aws:lambda:us-east-1:123456789012:function:audit"
}

resource "aws_cloudwatch_log_resource_policy" "route53" {
  policy_name = "route53"
  policy_document = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "route53.amazonaws.com" }, Action = "logs:PutLogEvents", Resource = "*" }]
  })
}

resource "aws_cloudwatch_query_definition" "slow" {
  name            = "slow"
  log_group_names = [aws_cloudwatch_log_group.web.name]
  query_string    = "filter durationMs > 1000 | stats count(*) by fn"
}

resource "aws_cloudwatch_log_anomaly_detector" "web" {
  detector_name           = "web"
  log_group_arn_list      = [aws_cloudwatch_log_group.web.arn]
  anomaly_visibility_time = 7
  evaluation_frequency    = "TEN_MIN"
  enabled                 = true
  tags                    = { team = "labels" }
}

resource "aws_cloudwatch_log_delivery_source" "site" {
  name         = "site"
  log_type     = "ACCESS_LOGS"
  resource_arn = "arn:aws:cloudfront::123456789012:distribution/E1"
  tags         = { team = "labels" }
}

resource "aws_cloudwatch_log_delivery_destination" "archive" {
  name          = "archive"
  output_format = "json"
  delivery_destination_configuration {
    destination_resource_arn = "arn:aws:s3:::archive"
  }
}

resource "aws_cloudwatch_log_delivery_destination_policy" "archive" {
  delivery_destination_name = aws_cloudwatch_log_delivery_destination.archive.name
  delivery_destination_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "logs:CreateDelivery", Resource = "*" }]
  })
}

resource "aws_cloudwatch_log_delivery" "site" {
  delivery_source_name     = aws_cloudwatch_log_delivery_source.site.name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.archive.arn
  s3_delivery_configuration {
    suffix_path                 = "{yyyy}/{MM}"
    enable_hive_compatible_path = false
  }
}
