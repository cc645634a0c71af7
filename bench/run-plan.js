// @ts-check
// `npm run bench:plan [-- RUNS]`: see plan.ts.
"use strict";
require("../toolchain/launch").launch("bench/plan.js");
