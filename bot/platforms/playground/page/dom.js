// Elements from plain data: texts are always set as text, never as markup.

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const STYLES = { strong: "strong", soft: "em" };

export function spans(list) {
  return list.map((span) => (STYLES[span.style] ? el(STYLES[span.style], {}, span.text) : span.text));
}

// `tools`: { words, press(action, value), submit(form, values) } for this message.
