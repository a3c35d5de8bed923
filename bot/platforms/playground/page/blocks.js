// A message's blocks as elements. Every text is set as text, never as markup.

import { el, spans } from "./dom.js";
import { formElement } from "./form.js";

export function messageBody(message, tools) {
  if (!message.blocks.length) return [el("p", { dir: "auto" }, message.text)];
  return message.blocks.map((block) => blocks[block.type]?.(block, message, tools)).filter(Boolean);
}

const blocks = {
  text: (block) => el("p", { dir: "auto" }, ...spans(block.spans)),

  quote: (block) =>
    el("figure", { class: "quote" },
      el("blockquote", { dir: "auto" }, block.text),
      block.source ? el("figcaption", { dir: "auto" }, block.source) : null),

  fields: (block) =>
    el("dl", { class: "fields" },
      ...block.rows.map((row) =>
        el("div", {}, el("dt", { dir: "auto" }, row.label), el("dd", { dir: "auto" }, row.value)))),

  buttons: (block, message, tools) =>
    el("div", { class: "buttons" }, ...block.buttons.map((button) => pressable(button, tools, button.primary))),

  choice: (block, message, tools) =>
    el("div", { class: "choice", role: "group", "aria-label": block.label },
      block.label ? el("p", { class: "choice-label", dir: "auto" }, block.label) : null,
      ...block.options.map((option) => pressable({ ...option, action: block.action }, tools))),

  scale: (block, message, tools) =>
    el("div", { class: "scale" },
      el("div", { class: "scale-numbers", role: "group", "aria-label": `${block.low_label} – ${block.high_label}` },
        ...block.numbers.map((number) => pressable(number, tools))),
      el("div", { class: "scale-labels", "aria-hidden": "true" },
        el("span", { dir: "auto" }, block.low_label), el("span", { dir: "auto" }, block.high_label))),

  image: (block) => el("img", { class: "picture", src: block.url, alt: block.alt }),

  chart: (block) => {
    const top = block.unit.trim() === "%" ? 100 : Math.max(...block.points.map((point) => point.value), 1);
    return el("figure", { class: "chart" },
      el("figcaption", { dir: "auto" }, block.title),
      el("dl", {}, ...block.points.map((point) => {
        const bar = el("span", { class: "bar", "aria-hidden": "true" });
        bar.style.setProperty("--share", `${Math.max(0, Math.min(1, point.value / top)) * 100}%`);
        return el("div", {}, el("dt", { dir: "auto" }, point.label),
          el("dd", {}, bar, el("span", { class: "figure" }, `${amount(point.value)}${block.unit}`)));
      })));
  },

  table: (block) =>
    el("div", { class: "table", role: "group", "aria-label": block.title, tabindex: "0" },
      el("table", {},
        el("caption", { dir: "auto" }, block.title),
        el("thead", {}, el("tr", {},
          ...block.columns.map((column) =>
            el("th", { scope: "col", class: column.figures ? "figures" : null, dir: "auto" }, column.label)))),
        el("tbody", {}, ...block.rows.map((row) =>
          el("tr", {}, ...row.map((cell, place) => {
            const side = { class: block.columns[place].figures ? "figures" : null, dir: "auto" };
            return place ? el("td", side, cell) : el("th", { scope: "row", ...side }, cell);
          })))))),

  link: (block) =>
    el("p", {}, el("a", { href: block.url, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, block.label)),

  form: (block, message, tools) => (message.form ? formElement(message, tools) : null),
};

const amount = (value) => new Intl.NumberFormat(document.documentElement.lang).format(value);

function pressable(button, tools, primary = false) {
  const element = el("button", { type: "button", class: primary ? "primary" : null, dir: "auto" }, button.label);
  element.addEventListener("click", async () => {
    const together = [...element.closest("article").querySelectorAll("button")];
    together.forEach((one) => { one.disabled = true; });
    const taken = await tools.press(button.action, button.value);
    together.forEach((one) => { one.disabled = false; });
    if (!taken) element.focus();
  });
  return element;
}
