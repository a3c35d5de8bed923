// The playground page: who one is, the conversation, the clock.

import * as api from "./api.js";
import { messageBody } from "./blocks.js";
import { el } from "./dom.js";

const POLL = 1000;
const PEOPLE_EVERY = 3;
const $ = (id) => document.getElementById(id);
const wanted = new URLSearchParams(location.search).get("as");

let words = {};
let me = null;
let everyone = [];
let last = 0;
let version = null;
let busy = null;
let offset = 0;
const shown = new Map();
const unsent = [];

const fill = (key, values = {}) =>
  words[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// ------------------------------------------------------------------ start

async function start() {
  everyone = await api.people();
  const name = (wanted ?? "").trim().toLowerCase();
  me = everyone.find((person) => person.id.toLowerCase() === name) ??
    everyone.find((person) => person.name.toLowerCase() === name) ?? null;
  const lang = me?.lang ?? navigator.language;
  words = await api.words(lang.toLowerCase().startsWith("fr") ? "fr" : "en");
  document.documentElement.lang = lang.toLowerCase().startsWith("fr") ? "fr" : "en";
  chrome();
  setNow(await api.clock());
  if (me) await enterChat();
  else welcome();
  document.body.hidden = false;
  if (me) toEnd();
  loop();
}

function chrome() {
  document.title = me ? `${me.name} · ${words.title}` : words.title;
  const texts = {
    skip: "chat.skip", tagline: "tagline", "people-title": "people.title", "clock-title": "clock.title",
    "clock-hint": "clock.hint", "welcome-title": "welcome.title", "welcome-body": "welcome.body",
    "welcome-tabs": "welcome.tabs", send: "chat.send", offline: "chat.offline",
  };
  for (const [id, key] of Object.entries(texts)) $(id).textContent = words[key];
  $("menu").setAttribute("aria-label", words["people.menu"]);
  $("close").setAttribute("aria-label", words["people.close"]);
  $("log").setAttribute("aria-label", words["chat.log"]);
  $("text").setAttribute("aria-label", words["chat.placeholder"]);
  $("text").placeholder = words["chat.placeholder"];
  $("skip").hidden = !me;
  const moves = { morning: { until: "next-working-morning" }, day: { advance: "P1D" }, week: { advance: "P7D" } };
  $("clock-buttons").replaceChildren(...Object.entries(moves).map(([key, move]) => {
    const button = el("button", { type: "button", "data-move": key }, words[`clock.${key}`]);
    button.addEventListener("click", () => moveClock(move));
    return button;
  }));
  $("menu").addEventListener("click", () => drawer(true));
  $("close").addEventListener("click", () => drawer(false));
  $("main").addEventListener("click", (event) => {
    if (document.body.classList.contains("drawer") && !$("menu").contains(event.target)) drawer(false);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") drawer(false); });
  listPeople();
}

function drawer(open) {
  const was = document.body.classList.toggle("drawer", open);
  $("menu").setAttribute("aria-expanded", String(was));
  if (open) $("close").focus();
  else if ($("side").contains(document.activeElement)) $("menu").focus();
}

// ------------------------------------------------------------------ people

const initials = (name) => name.split(/\s+/).slice(0, 2).map((part) => [...part][0] ?? "").join("").toUpperCase();
const about = (person) => `${words[`role.${person.role}`] ?? person.role} · ${words[`lang.${person.lang}`] ?? person.lang}`;
const seenKey = (person) => `entrain-seen-${person.id}`;

function portrait(person) {
  return el("span", { class: `avatar ${person.role}`, "aria-hidden": "true" }, initials(person.name));
}

function listPeople() {
  $("people").replaceChildren(...everyone.map((person) => {
    const here = person.id === me?.id;
    const unread = !here && person.latest > Number(localStorage.getItem(seenKey(person)) ?? 0);
    return el("li", {}, el("a", { href: `?as=${encodeURIComponent(person.id)}`, "aria-current": here ? "page" : null },
      portrait(person),
      el("span", { class: "person" }, el("span", { class: "name", dir: "auto" }, person.name),
        el("span", { class: "about" }, about(person))),
      unread ? el("span", { class: "unread", role: "img", "aria-label": words["people.unread"], title: words["people.unread"] }) : null));
  }));
}

function welcome() {
  $("welcome").hidden = false;
  document.body.classList.add("choosing");
  if (wanted) {
    $("stranger").textContent = fill("chat.stranger", { name: wanted });
    $("stranger").hidden = false;
  }
  const roles = ["employee", "champion", "lead"];
  $("cards").replaceChildren(...roles.map((role) => {
    const people = everyone.filter((person) => person.role === role);
    if (!people.length) return "";
    return el("section", { class: "role" }, el("h2", {}, words[`role.${role}`]),
      el("p", { class: "hint" }, words[`welcome.${role}`]),
      el("ul", { class: "seats" }, ...people.map((person) => el("li", {},
        el("a", { class: "seat", href: `?as=${encodeURIComponent(person.id)}` }, portrait(person),
          el("span", { class: "person" }, el("span", { class: "name", dir: "auto" }, person.name),
            el("span", { class: "about" }, words[`lang.${person.lang}`] ?? person.lang)))))));
  }));
}

// ------------------------------------------------------------------ conversation

async function enterChat() {
  $("chat").hidden = false;
  $("me").textContent = me.name;
  $("me-role").textContent = about(me);
  $("me-avatar").textContent = initials(me.name);
  $("me-avatar").classList.add(me.role);
  const said = (words[`chat.words.${me.role}`] ?? "").split("\n").filter(Boolean);
  $("words").replaceChildren(el("span", {}, words["chat.try"]), ...said.map((word) => {
    const button = el("button", { type: "button", class: "word" }, word);
    button.addEventListener("click", () => { $("text").value = word; grow(); $("text").focus(); });
    return button;
  }));
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  $("text").addEventListener("input", grow);
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
  });
  take(await api.conversation(me.id, 0, null));
  emptyState();
}

function grow() {
  const text = $("text");
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 180)}px`;
}

// Whoever writes faster than the answers come is not stopped: texts leave one after the other.
async function send() {
  const text = $("text").value;
  if (!text.trim()) return;
  $("text").value = "";
  grow();
  $("text").focus();
  unsent.push(text);
  if (unsent.length > 1) return;
  while (unsent.length) {
    while (busy) await busy;
    if (await act(() => api.say(me.id, unsent[0]))) unsent.shift();
    else {
      $("text").value = [...unsent.splice(0), $("text").value].filter(Boolean).join("\n");
      grow();
    }
  }
  $("text").focus();
}

// Runs one post; true when it was taken. A form keeps its own errors: `inline` passes refusals on.
async function act(call, inline = false) {
  if (busy) return false;
  let done;
  busy = new Promise((resolve) => { done = resolve; });
  $("problem").hidden = true;
  writing(true);
  try {
    const answer = await call();
    writing(false);
    take(answer);
    if (document.activeElement === document.body) $("log").focus({ preventScroll: true });
    return true;
  } catch (error) {
    writing(false);
    if (inline && error instanceof api.Refused) throw error;
    $("problem").textContent = error instanceof api.Refused ? error.message : words["chat.offline"];
    $("problem").hidden = false;
    return false;
  } finally {
    busy = null;
    done();
  }
}

function take(answer) {
  version = answer.version;
  setNow(answer.now);
  const log = $("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const fresh = answer.messages.filter((message) => !shown.has(message.id));
  for (const message of answer.updated) {
    const old = shown.get(message.id);
    if (!old || old.source === JSON.stringify(message)) continue;
    const element = messageElement(message);
    old.element.replaceWith(element);
    shown.set(message.id, { element, message, source: JSON.stringify(message) });
  }
  for (const message of fresh) {
    const element = messageElement(message);
    daySeparator(message);
    log.insertBefore(element, document.getElementById("writing"));
    shown.set(message.id, { element, message, source: JSON.stringify(message) });
    last = Math.max(last, message.id);
  }
  if (!fresh.length && !answer.updated.length) return;
  if (me) localStorage.setItem(seenKey(me), String(last));
  spend();
  emptyState();
  if (fresh.length && (atEnd || fresh[0].from !== "entrain")) toEnd(shown.get(fresh[0].id).element);
}

function messageElement(message) {
  const own = message.from !== "entrain";
  const at = new Date(message.at);
  const tools = {
    words,
    press: (action, value) => act(() => api.press(me.id, message.id, action, value)),
    submit: (form, values) => act(() => api.submit(me.id, message.id, form, values), true),
  };
  return el("article", { class: own ? "message own" : "message bot", "data-id": message.id },
    el("div", { class: "bubble" },
      el("span", { class: "sr" }, own ? words["chat.you"] : words["chat.bot"]), ...messageBody(message, tools)),
    el("div", { class: "below" },
      message.own_words ? shortcut(message) : null,
      el("time", { datetime: message.at }, clockText(at, { hour: "2-digit", minute: "2-digit" }))));
}

// What Slack and Teams offer in the menu of a message.
function shortcut(message) {
  const button = el("button", { type: "button", class: "shortcut" }, words["chat.make.testimonial"]);
  button.addEventListener("click", () => act(() => api.pick(me.id, message.id)));
  return button;
}

// Buttons of messages that the person has answered since become quiet; they still work.
function spend() {
  let answered = false;
  for (const { element, message } of [...shown.values()].sort((a, b) => b.message.id - a.message.id)) {
    element.classList.toggle("spent", answered && message.from === "entrain");
    answered ||= message.from !== "entrain";
  }
}

let lastDay = "";
function daySeparator(message) {
  const day = clockText(new Date(message.at), { weekday: "long", day: "numeric", month: "long" });
  if (day === lastDay) return;
  lastDay = day;
  $("log").insertBefore(el("p", { class: "day" }, el("span", {}, day)), document.getElementById("writing"));
}

function emptyState() {
  const note = document.getElementById("empty");
  if (shown.size) note?.remove();
  else if (!note) {
    $("log").append(el("div", { class: "empty", id: "empty" },
      el("p", { class: "empty-title" }, words["chat.empty"]), el("p", {}, words["chat.empty_hint"])));
  }
}

function writing(on) {
  document.getElementById("writing")?.remove();
  if (!on) return;
  const note = el("div", { class: "message bot", id: "writing" },
    el("div", { class: "bubble dots" }, el("span", { class: "sr" }, words["chat.writing"]),
      el("i", { "aria-hidden": "true" }), el("i", { "aria-hidden": "true" }), el("i", { "aria-hidden": "true" })));
  $("log").append(note);
  toEnd();
}

// The end, but never past the start of what is new.
function toEnd(first = null) {
  const log = $("log");
  const end = log.scrollHeight - log.clientHeight;
  log.scrollTop = first ? Math.min(end, first.offsetTop - log.offsetTop - 12) : end;
}

// ------------------------------------------------------------------ clock

function clockText(date, options) {
  return new Intl.DateTimeFormat(document.documentElement.lang === "fr" ? "fr-FR" : "en-GB",
    { timeZone: me?.timezone ?? everyone[0]?.timezone ?? "UTC", ...options }).format(date);
}

function setNow(now) {
  offset = new Date(now).getTime() - Date.now();
  tick();
}

function tick() {
  const now = new Date(Date.now() + offset);
  const whole = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
  $("now").textContent = clockText(now, whole);
  $("top-now").textContent = clockText(now, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

async function moveClock(move) {
  const buttons = [...$("clock-buttons").children];
  buttons.forEach((button) => { button.disabled = true; });
  $("clock-status").textContent = words["clock.moving"];
  try {
    setNow(await api.moveClock(move));
    await refresh(true);
    $("clock-status").textContent = fill("clock.moved", { when: $("now").textContent });
    if (me) drawer(false);
  } catch (error) {
    $("clock-status").textContent = error instanceof api.Refused ? error.message : words["chat.offline"];
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
  }
}

// ------------------------------------------------------------------ polling

async function refresh(withPeople) {
  if (me && !busy) {
    const answer = await api.conversation(me.id, last, version);
    if (!busy) take(answer);
  }
  if (withPeople) {
    const people = await api.people();
    if (JSON.stringify(people) !== JSON.stringify(everyone)) {
      everyone = people;
      const focused = document.activeElement?.getAttribute?.("href");
      listPeople();
      if (focused) [...$("people").querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
    }
  }
}

async function loop() {
  let turn = 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL));
    tick();
    if (document.hidden) continue;
    turn += 1;
    try {
      await refresh(turn % PEOPLE_EVERY === 0);
      $("offline").hidden = true;
    } catch {
      $("offline").hidden = false;
    }
  }
}

window.addEventListener("storage", listPeople);
start().catch(() => setTimeout(() => location.reload(), 2 * POLL));
