// A form in a message: labels, hints, errors beside the field they are about.

import { el, spans } from "./dom.js";
import { Refused } from "./api.js";

const RADIO_LIMIT = 4;

export function formElement(message, tools) {
  const { form } = message;
  const fields = form.fields.map((field) => fieldElement(field, `f${message.id}-${field.key}`, tools.words));
  const summary = el("p", { class: "form-error", role: "alert", hidden: true });
  const send = el("button", { type: "submit", class: "primary" }, form.submit);
  const element = el("form", { class: "form", novalidate: true, "aria-label": form.title },
    el("h2", { dir: "auto" }, form.title),
    form.intro.length ? el("p", { class: "hint", dir: "auto" }, ...spans(form.intro)) : null,
    ...fields.map((field) => field.element), summary, el("div", { class: "buttons" }, send));
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problems = Object.fromEntries(
      fields.map((field) => [field.key, field.problem()]).filter(([, problem]) => problem));
    show(fields, problems);
    summary.hidden = true;
    if (Object.keys(problems).length) return;
    send.disabled = true;
    try {
      await tools.submit(form.form, Object.fromEntries(
        fields.map((field) => [field.key, field.value()]).filter(([, value]) => value)));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      show(fields, error.fields);
      summary.textContent = error.message;
      summary.hidden = false;
    } finally {
      send.disabled = false;
    }
  });
  return element;
}

function show(fields, problems) {
  for (const field of fields) field.complain(problems[field.key] ?? "");
  fields.find((field) => problems[field.key])?.focus();
}

function fieldElement(field, id, words) {
  const error = el("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const hint = field.hint ? el("p", { class: "hint", id: `${id}-hint`, dir: "auto" }, field.hint) : null;
  const described = [hint ? `${id}-hint` : null, `${id}-error`].filter(Boolean).join(" ");
  const optional = field.required ? null : el("span", { class: "optional" }, ` (${words["form.optional"]})`);
  const input = inputs[field.kind](field, id, described, words);
  const labelled = input.group
    ? el("fieldset", { class: "field", "aria-describedby": described },
      el("legend", { dir: "auto" }, field.label, optional), hint, ...input.elements, error)
    : field.kind === "consent"
      ? el("div", { class: "field consent" },
        el("div", { class: "tick" }, ...input.elements, el("label", { for: id, dir: "auto" }, field.label, optional)),
        hint, error)
      : el("div", { class: "field" },
        el("label", { for: id, dir: "auto" }, field.label, optional), hint, ...input.elements, error);
  return {
    key: field.key,
    element: labelled,
    value: input.value,
    focus: () => input.controls[0].focus(),
    problem: () => problemOf(field, input.value(), words),
    complain: (text) => {
      error.textContent = text;
      error.hidden = !text;
      for (const control of input.controls) control.setAttribute("aria-invalid", text ? "true" : "false");
    },
  };
}

function problemOf(field, value, words) {
  if (!value.trim()) {
    if (!field.required) return "";
    return words[field.kind === "consent" ? "errors.consent" : "errors.required"];
  }
  return [...value].length > field.max_length ? words["errors.too_long"] : "";
}

const typed = (tag, extra) => (field, id, described) => {
  const control = el(tag, {
    id, dir: "auto", autocomplete: "off", "aria-describedby": described, "aria-required": String(field.required), ...extra,
  });
  control.value = field.initial;
  return { controls: [control], elements: [control], value: () => control.value };
};

const inputs = {
  line: typed("input", { type: "text" }),
  paragraph: typed("textarea", { rows: 4 }),
  date: typed("input", { type: "date" }),

  consent: (field, id, described) => {
    const control = el("input", { type: "checkbox", id, "aria-describedby": described, checked: field.initial === "yes" });
    return { controls: [control], elements: [control], value: () => (control.checked ? "yes" : "") };
  },

  choice: (field, id, described, words) => {
    if (field.options.length > RADIO_LIMIT) {
      const control = el("select", { id, "aria-describedby": described, "aria-required": String(field.required) },
        el("option", { value: "" }, words["form.choose"]),
        ...field.options.map((option) => el("option", { value: option.value }, option.label)));
      control.value = field.initial;
      return { controls: [control], elements: [control], value: () => control.value };
    }
    const controls = field.options.map((option, index) =>
      el("input", { type: "radio", name: id, id: `${id}-${index}`, value: option.value, checked: option.value === field.initial }));
    const elements = controls.map((control, index) =>
      el("div", { class: "tick" }, control, el("label", { for: control.id, dir: "auto" }, field.options[index].label)));
    return { group: true, controls, elements, value: () => controls.find((control) => control.checked)?.value ?? "" };
  },
};
