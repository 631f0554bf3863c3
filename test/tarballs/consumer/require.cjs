const core = require("@countersign/core");
const providers = require("@countersign/core/providers");
const { webhook } = require("@countersign/express");
const express = require("express");
const deliver = require("./deliveries.cjs");

void deliver({ core, providers, express, webhook }).then((answers) =>
  console.log(JSON.stringify(answers)),
);
