// The playground's HTTP API, from the page.

const BASE = "/playground/api";

export class Refused extends Error {
  constructor(status, answer) {
    super(answer.error ?? `HTTP ${status}`);
    this.status = status;
    this.fields = answer.fields ?? {};
  }
}

async function call(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", ...options });
  const answer = await response.json().catch(() => ({}));
  if (response.status >= 500) throw new Error(`HTTP ${response.status}`);
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

const post = (path, body) =>
  call(BASE + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

export const words = (lang) => call(`/playground/words/${lang}.json`);
export const people = async () => (await call(`${BASE}/people`)).people;
export const conversation = (person, after, version) =>
  call(`${BASE}/conversations/${encodeURIComponent(person)}?after=${after}` +
    (version === null ? "" : `&version=${version}`));
export const say = (person, text) => post("/messages", { person, text });
export const press = (person, message, action, value) =>
  post("/actions", { person, message, action, value });
export const submit = (person, message, form, values) =>
  post("/forms", { person, message, form, values });
export const pick = (person, message) => post("/shortcuts", { person, message });
export const clock = async () => (await call(`${BASE}/clock`)).now;
export const moveClock = async (move) => (await post("/clock", move)).now;
