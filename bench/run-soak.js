// @ts-check
// `npm run soak -- CELLS CONCURRENCY`: see soak.ts.
"use strict";
require("../toolchain/launch").launch("bench/soak.js");
