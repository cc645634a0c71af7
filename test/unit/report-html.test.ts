import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { htmlReport } from "../../automation/report/html";
import { stylesheet } from "../../automation/report/stylesheet";
import { cellResult, runReport, sampleReport } from "./report-fixtures";
import { hostileReports } from "./report-hostile";

describe("the HTML report", () => {
  it("shows the grid with a word and a mark for each verdict, and headers for rows and columns", () => {
    const page = htmlReport(sampleReport());
    assert.match(page, /<th scope="col">1\.6\.549<\/th>/);
    assert.match(page, /<th scope="row">1\.7\.1<\/th>/);
    const link = '<td class="v-failed"><a href="#cell-cell-9"><span aria-hidden="true">✗</span> failed';
    assert.ok(page.includes(link));
    assert.match(page, /<span aria-hidden="true">⊘<\/span> refused/);
    assert.match(page, /<span aria-hidden="true">≈<\/span> flaky/);
    assert.match(page, /20 of 24 cells passed/);
    assert.match(page, /24 of 24 cells ran the simulator, not a real Mesos/);
  });

  it("draws every phase of every cell to scale, and says the same in words", () => {
    const page = htmlReport(sampleReport());
    assert.equal(page.match(/<svg class="bar"/g)?.length, 1 + 24, "a bar for the images, one for each cell");
    // Cell 9 begins 27 s into a run of 100 s: create 4 s, ready 7 s, test 10 s, destroy 2 s.
    assert.ok(
      page.includes(
        '<rect class="p-create" x="270.0" y="0" width="40.0" height="16"/><rect class="p-ready" x="310.0" y="0" width="70.0" height="16"/>',
      ),
    );
    assert.ok(page.includes("from 27.0 s, create 4.0 s, ready 7.0 s, test 10.0 s, destroy 2.0 s"));
    assert.ok(page.includes("not started"));
  });

  it("holds each cell's reason, last lines, logs, events and files", () => {
    const page = htmlReport(sampleReport());
    const details = page.slice(page.indexOf('id="cell-cell-9"'), page.indexOf('id="cell-cell-10"'));
    for (const part of [
      "the test ended with exit code 3: no offers within 30 s",
      "registered at 10.1.0.2:5050",
      "slave.cpp:1] Registered",
      "1 of 2 agents registered",
      '<a href="cell-9/test.log">test.log</a>',
      "(simulator, not a real Mesos)",
    ])
      assert.ok(details.includes(part), part);
    // eslint-disable-next-line no-control-regex -- the character that must not be there
    assert.doesNotMatch(page, /\u001b/);
  });

  it("needs no network and no script, and its policy allows nothing but its own style", () => {
    const page = htmlReport(sampleReport());
    const policy =
      /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll("&#39;", "'") ?? "";
    const style = /<style>(.*)<\/style>/s.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    assert.equal(
      policy,
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    assert.doesNotMatch(style, /url\(|@import|</);
    for (const { name, attributes } of tagsOf(page)) {
      assert.ok(!["script", "img", "link", "iframe", "object", "base", "form"].includes(name), name);
      for (const attribute of attributes) assert.doesNotMatch(attribute, /^(?:on|src|style$)/);
    }
  });

  it("has what keyboards and screen readers need", () => {
    const page = htmlReport(sampleReport());
    assert.match(page, /^<!doctype html>\n<html lang="en">/);
    assert.match(page, /<title>nightly: 20 of 24 cells passed<\/title>/);
    for (const tag of ["<header>", '<main id="main">', "<footer>", 'href="#main"'])
      assert.ok(page.includes(tag), tag);
    assert.equal(page.match(/<h1>/g)?.length, 1);
    assert.match(page, /:focus-visible \{ outline/);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, target] of page.matchAll(/(?:href="#|aria-labelledby=")([^"]*)"/g))
      assert.ok(ids.includes(target), target);
    const outputs = tagsOf(page).filter(({ text }) => text.startsWith("<pre"));
    assert.ok(outputs.length > 0);
    // What scrolls must be reachable by keyboard, and then has a name.
    for (const { text } of outputs) assert.match(text, / tabindex="0" role="group" aria-label="[^"]+"/);
  });

  it("has text of a contrast of 4.5:1 and bars of 3:1, light and dark", () => {
    const [light = "", dark = ""] = stylesheet.text.split("prefers-color-scheme: dark");
    for (const part of [light, dark]) {
      const colours = Object.fromEntries(
        [...part.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name = "", colour = ""]) => [
          name,
          colour,
        ]),
      ) as Record<string, string>;
      const least = (ratio: number, grounds: readonly string[], names: readonly string[]): void => {
        for (const ground of grounds) {
          for (const name of names) {
            const found = contrast(colours[name] ?? "", colours[ground] ?? "");
            assert.ok(found >= ratio, `${name} on ${ground}: ${found.toFixed(2)}`);
          }
        }
      };
      least(4.5, ["ground", "soft"], ["text", "quiet", "link", "good", "bad", "warn"]);
      for (const name of ["good", "bad", "warn"]) least(4.5, [`${name}-soft`], [name, "quiet"]);
      least(3, ["ground", "soft"], ["create", "ready", "test", "destroy"]);
    }
  });

  it("gets no element and no attribute from a user's text, whatever it is", () => {
    fc.assert(
      fc.property(hostileReports, ({ hostile, plain }) => {
        const tags = (page: string): string[] =>
          tagsOf(page).map(({ name, attributes }) => [name, ...attributes].join(" "));
        assert.deepEqual(tags(htmlReport(hostile)), tags(htmlReport(plain)));
        assert.doesNotMatch(htmlReport(hostile), /(?![\n\t])[\p{Cc}\p{Cf}]/u);
        for (const [, address = ""] of htmlReport(hostile).matchAll(/ href="([^"]*)"/g))
          assert.match(address, /^(?:#[\w-]+|report\.json|cell-\d+\/[^/:]*)$/);
      }),
    );
  });

  it("shows a list when there are no two axes, and stands with no cells at all", () => {
    assert.match(
      htmlReport(runReport([cellResult()])),
      /<tr><th scope="row">1\.7\.1<\/th><td class="v-passed">/,
    );
    assert.match(htmlReport(runReport([])), /0 of 0 cells passed/);
  });

  it("is the same bytes for the same report", () => {
    assert.equal(htmlReport(sampleReport()), htmlReport(sampleReport()));
  });
});

/** Contrast of two colours as WCAG 2.2 defines it. */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [one, other].map(luminance).sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  assert.match(colour, /^#[0-9a-f]{6}$/);
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

interface Tag {
  readonly text: string;
  readonly name: string;
  /** Names only. */
  readonly attributes: readonly string[];
}

/** Every tag of a page, with double-quoted attributes; any other `<` throws. */
function tagsOf(page: string): Tag[] {
  return [
    ...page.matchAll(/<(?:\/?([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<]*")?)*)\/?>|!doctype html>)?/gi),
  ].map(([text, name = "", attributes = ""]) => {
    assert.notEqual(text, "<", "a < that begins no tag");
    return {
      text,
      name,
      attributes: [...attributes.matchAll(/ ([a-z-]+)(?:="[^"]*")?/gi)].map(([, found = ""]) => found),
    };
  });
}
