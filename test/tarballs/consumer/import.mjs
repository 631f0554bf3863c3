import * as core from "@countersign/core";
import * as providers from "@countersign/core/providers";
import { webhook } from "@countersign/express";
import express from "express";
import deliver from "./deliveries.cjs";

console.log(JSON.stringify(await deliver({ core, providers, express, webhook })));
