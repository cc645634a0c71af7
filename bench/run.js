// @ts-check
// `npm run bench [-- RUNS]`: see main.ts.
"use strict";
require("../toolchain/launch").launch("bench/main.js");
