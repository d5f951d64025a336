// Copyright (c) 2026 vox.roster contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the tests measure inside the page.

const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])";

function visible(node) {
  return node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
}

// The elements that a person can do something with.
function controls() {
  return [...document.querySelectorAll(CONTROLS)].filter(visible);
}

// A few words by which a person finds an element again.
function description(node) {
  const name = node.getAttribute("aria-label") || node.id || node.innerText || "";
  return `${node.localName} ${name.trim().slice(0, 60)}`;
}

function rowsOf(name) {
  const region = [...document.querySelectorAll("[role=region]")].find((node) => node.getAttribute("aria-label") === name);
  if (!region) return [];
  const rows = [...region.querySelectorAll("tbody tr")].filter(visible);
  return rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim()));
}

const known = {};

// [red, green, blue, opacity], whatever notation the colour has.
function channels(colour) {
  if (!known[colour]) {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, opacity] = context.getImageData(0, 0, 1, 1).data;
    known[colour] = [red, green, blue, opacity / 255];
  }
  return known[colour];
}

function painted(above, below) {
  return [0, 1, 2].map((index) => above[index] * above[3] + below[index] * (1 - above[3]));
}

function ancestors(node) {
  return node ? [...ancestors(node.parentElement), node] : [];
}

function backgroundOf(node) {
  return ancestors(node).reduce((below, each) => painted(channels(getComputedStyle(each).backgroundColor), below), [255, 255, 255]);
}

function luminance(colour) {
  const linear = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

// The contrast ratio of WCAG 2 between a colour and what lies behind an element's content.
function contrast(colour, node) {
  const [red, green, blue, own] = channels(colour);
  const opacity = ancestors(node).reduce((so_far, each) => so_far * Number(getComputedStyle(each).opacity), own);
  const behind = backgroundOf(node);
  const [lighter, darker] = [luminance(painted([red, green, blue, opacity], behind)), luminance(behind)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

// Every piece of text that a person reads, the values of fields too: {text, ratio}. What only screen readers get is
// clipped or off the page.
function contrasts() {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const box = node.getBoundingClientRect();
    const seen = node.matches(":not(script, option)") && visible(node) && box.width > 1 && box.right > 0;
    if (seen && walker.currentNode.data.trim()) found.push({ text: walker.currentNode.data.trim(), ratio: contrast(getComputedStyle(node).color, node) });
  }
  for (const field of [...document.querySelectorAll("input, select")].filter(visible)) {
    const pseudo = field.localName === "input" && !field.value ? "::placeholder" : null;
    found.push({ text: field.value || field.placeholder, ratio: contrast(getComputedStyle(field, pseudo).color, field) });
  }
  return found;
}

// The focused element: {description, seen: inside the window, ring: contrast of its outline, 0 if there is none}.
function focused() {
  const node = document.activeElement, style = getComputedStyle(node), box = node.getBoundingClientRect();
  const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  return {
    description: description(node),
    seen: box.width > 1 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    ring: ringed ? contrast(style.outlineColor, node.parentElement) : 0,
  };
}

// The controls that stick out of the window sideways, unless they lie in something that scrolls by itself.
function sidewaysOut() {
  const outside = controls().filter((node) => {
    const box = node.getBoundingClientRect();
    return !node.closest(".skip") && !node.parentElement.closest(".scroll") && (box.left < 0 || box.right > document.documentElement.clientWidth);
  });
  return outside.map(description);
}
