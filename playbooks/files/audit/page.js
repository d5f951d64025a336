// Copyright (c) 2026 vox.roster contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Fills the tables of the report. Whatever comes from a service or a roster becomes text, never markup.

"use strict";

const PAGE = 50;
const PRINTED = 200; // rows of one table that go on paper; the page says how many there are
const KINDS = { missing: "Missing", different: "Different", extra: "Extra", refused: "Unclear", note: "To know" };
const order = Object.keys(KINDS);
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const number = new Intl.NumberFormat("en");

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value; else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function inWords(value) {
  if (value === null || value === undefined || value === "") return "(empty)";
  if (value === true) return "yes";
  if (value === false) return "no";
  if (Array.isArray(value)) return value.length ? value.map(inWords).join(", ") : "(empty)";
  if (typeof value !== "object") return String(value);
  const told = Object.entries(value).filter(([, one]) => one !== null && one !== "");
  return told.map(([name, one]) => `${name.replaceAll("_", " ")} ${inWords(one)}`).join(" · ") || "(empty)";
}

function field([name, { before, after }], both) {
  const item = element("li", {}, element("span", { className: "field" }, name.replaceAll("_", " ")));
  if (both) {
    item.append(element("del", {}, element("span", { className: "unseen" }, "is "), inWords(before)), " ");
    item.append(element("ins", {}, element("span", { className: "unseen" }, "should be "), inWords(after)));
  } else {
    item.append(inWords(after === undefined ? before : after));
  }
  return item;
}

function fields(row) {
  return element("ul", { className: "fields" }, ...Object.entries(row.fields).map((one) => field(one, row.kind === "different")));
}

function details(row) {
  const shown = [];
  if (row.kind === "missing") {
    const count = Object.keys(row.fields).length;
    const summary = element("summary", {}, "In the roster, not in the service");
    shown.push(count ? element("details", {}, summary, fields(row)) : summary.textContent);
  }
  if (row.kind === "different") shown.push(fields(row));
  if (row.kind === "extra") shown.push(row.listed ? "The roster says it is to be gone" : "In the service, not in the roster");
  if (row.failure) shown.push(element("p", {}, row.failure.message), element("p", { className: "soft" }, row.failure.hint || ""));
  for (const warning of row.warnings) shown.push(element("p", { className: row.kind === "note" ? "" : "soft" }, warning));
  return shown;
}

// A row's text as a search sees it; made once, when the first search needs it.
function searchable(row) {
  if (row.text === undefined) {
    const values = Object.entries(row.fields).map(([name, { before, after }]) => `${name} ${inWords(before)} ${inWords(after)}`);
    const failure = row.failure ? row.failure.message : "";
    row.text = [KINDS[row.kind], row.key, row.name, row.id, ...values, failure, ...row.warnings].join("\n").toLocaleLowerCase();
  }
  return row.text;
}

const compared = {
  kind: (one, other) => order.indexOf(one.kind) - order.indexOf(other.kind),
  item: (one, other) => collator.compare(one.key, other.key),
  name: (one, other) => collator.compare(one.name || "\uffff", other.name || "\uffff"),
};

class Findings {
  constructor(place, service) {
    this.place = place;
    this.rows = service.rows;
    const start = `${service.resource} `;
    for (const row of this.rows) {
      row.key = row.item.startsWith(start) ? row.item.slice(start.length) : row.item;
      if (row.name === row.key) row.name = null;
    }
    this.title = place.dataset.title;
    this.sorted = { by: null, down: false };
    this.page = 0;
    this.build();
    this.select();
    addEventListener("beforeprint", () => this.draw(0, PRINTED));
    addEventListener("afterprint", () => this.turn(0));
  }

  build() {
    const named = this.rows.some((row) => row.name);
    this.columns = [["kind", "Finding"], ["item", this.place.dataset.key], ...(named ? [["name", "Name"]] : [])];
    this.search = element("input", { type: "search", placeholder: "Name, number, field, value …", autocomplete: "off", spellcheck: false });
    this.kind = element("select", {}, element("option", { value: "" }, `All findings (${number.format(this.rows.length)})`));
    for (const kind of order) {
      const count = this.rows.filter((row) => row.kind === kind).length;
      if (count) this.kind.append(element("option", { value: kind }, `${KINDS[kind]} (${number.format(count)})`));
    }
    this.search.addEventListener("input", () => this.select());
    this.kind.addEventListener("change", () => this.select());
    const tools = element("div", { className: "tools" }, element("label", { className: "search" }, `Search in ${this.title}`, this.search),
      element("label", {}, "Show", this.kind));

    this.heads = this.columns.map(([name, title]) => {
      const button = element("button", { type: "button" }, title);
      button.addEventListener("click", () => this.sort(name));
      return element("th", { scope: "col", role: "columnheader", className: name, "aria-sort": "none" }, button);
    });
    this.body = element("tbody", { role: "rowgroup" });
    const last = element("th", { scope: "col", role: "columnheader" }, "What is, and what should be");
    const head = element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...this.heads, last));
    const table = element("table", { role: "table" }, element("caption", { className: "unseen" }, `Findings: ${this.title}`), head, this.body);

    this.status = element("p", { className: "status", role: "status", "aria-live": "polite" });
    this.previous = element("button", { type: "button", "aria-label": `Previous page of ${this.title}` }, "‹ Previous");
    this.next = element("button", { type: "button", "aria-label": `Next page of ${this.title}` }, "Next ›");
    this.previous.addEventListener("click", () => this.turn(-1));
    this.next.addEventListener("click", () => this.turn(1));
    const pages = element("div", { className: "pages" }, this.status, this.previous, this.next);
    this.place.replaceChildren(tools, pages, table);
  }

  sort(name) {
    this.sorted = { by: name, down: this.sorted.by === name && !this.sorted.down };
    for (const [index, [column]] of this.columns.entries()) {
      const direction = this.sorted.down ? "descending" : "ascending";
      this.heads[index].setAttribute("aria-sort", column === name ? direction : "none");
    }
    this.select();
  }

  select() {
    const words = this.search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean), kind = this.kind.value;
    this.shown = this.rows.filter((row) => (!kind || row.kind === kind) && words.every((word) => searchable(row).includes(word)));
    if (this.sorted.by) {
      const sign = this.sorted.down ? -1 : 1;
      this.shown.sort((one, other) => sign * compared[this.sorted.by](one, other));
    }
    this.page = 0;
    this.turn(0);
  }

  turn(step) {
    const last = Math.max(0, Math.ceil(this.shown.length / PAGE) - 1);
    this.page = Math.min(last, Math.max(0, this.page + step));
    this.previous.setAttribute("aria-disabled", this.page === 0);
    this.next.setAttribute("aria-disabled", this.page === last);
    this.previous.hidden = this.next.hidden = last === 0;
    this.draw(this.page * PAGE, PAGE);
  }

  draw(start, count) {
    const rows = this.shown.slice(start, start + count);
    this.body.replaceChildren(...rows.map((row) => this.row(row)));
    const range = `${number.format(start + 1)} to ${number.format(start + rows.length)} of ${number.format(this.shown.length)}`;
    const filtered = this.shown.length < this.rows.length ? `, filtered from ${number.format(this.rows.length)}` : "";
    this.status.textContent = rows.length ? `Findings ${range}${filtered}` : `No finding matches${filtered}`;
  }

  // The roles say what the elements are also where a narrow window lays them out as cards.
  row(row) {
    const badge = element("span", { className: `badge is-${row.kind}` }, KINDS[row.kind]);
    const cell = { role: "cell" };
    const cells = { kind: element("td", cell, badge), item: element("th", { scope: "row", role: "rowheader" }, row.key), name: element("td", cell, row.name || "") };
    return element("tr", { role: "row" }, ...this.columns.map(([name]) => cells[name]), element("td", cell, ...details(row)));
  }
}

const report = JSON.parse(document.getElementById("data").textContent);
for (const service of report.services) {
  const place = document.querySelector(`[data-service="${service.service}"]`);
  if (place && service.rows.length) new Findings(place, service);
}
