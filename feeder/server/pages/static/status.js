"use strict";
// Keeps a status page live: asks for it again when the server says that there is news, and puts
// what is new in the place of what was there. Without this script all pages work as plain documents.
(() => {
  const AT_MOST_EVERY = 2000;
  // Of the time that an answer took: where there are thousands of sources, something happens all
  // the time, and a page that is looked at must not keep a server busy.
  const REST = 30;
  const OTHERWISE_EVERY = 60000;
  const AFTER_TYPING = 250;
  const FAR = 60 * 86400;
  const FOCUSABLE = "a[href], button, input, select, summary";
  const shown = new Map();
  let rested = 0;
  let timer = null;
  let wanted = false;
  let busy = false;
  let asked = 0;
  let events = null;

  const parts = (root) => root.querySelectorAll("[data-live]");
  const note = (root) => parts(root).forEach((part) => shown.set(part.id, part.outerHTML));

  function span(seconds) {
    const minutes = Math.round(seconds / 60);
    if (minutes < 120) return `${minutes} min`;
    const hours = Math.round(minutes / 60);
    return hours < 48 ? `${hours} h` : `${Math.round(minutes / 1440)} days`;
  }

  function tellTime() {
    for (const time of document.querySelectorAll("time[data-ago], time[data-span]")) {
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      const told = span(Math.abs(seconds));
      let words = seconds > 0 ? `in ${told}` : `${told} ago`;
      if (told === "0 min") words = seconds >= 0 ? "now" : "just now";
      if (Math.abs(seconds) > FAR) words = time.dateTime.slice(0, 10);
      if (time.hasAttribute("data-span")) words = told;
      if (time.textContent !== words) time.textContent = words;
    }
  }

  // Where the keyboard is: the how-manieth thing of its row or part.
  function placeOf(part) {
    const active = document.activeElement;
    if (!active || !part.contains(active)) return null;
    const near = active.closest("[id]:not(a):not(button):not(input)") || part;
    return { id: near.id, index: [...near.querySelectorAll(FOCUSABLE)].indexOf(active) };
  }

  function comeBack(place) {
    const near = place && document.getElementById(place.id);
    const found = near && near.querySelectorAll(FOCUSABLE)[place.index];
    if (found) found.focus({ preventScroll: true });
  }

  // What a row says, but for how long ago: that changes by itself.
  function words(row) {
    const copy = row.cloneNode(true);
    copy.querySelectorAll("time").forEach((time) => time.remove());
    return copy.textContent.replace(/\s+/g, " ");
  }

  function mark(before, after) {
    for (const row of after.querySelectorAll("tr[id]")) {
      const old = before.querySelector(`#${CSS.escape(row.id)}`);
      if (old && words(old) !== words(row)) {
        row.classList.add("fresh");
        setTimeout(() => row.classList.remove("fresh"), 1500);
      }
    }
  }

  function swap(fresh) {
    for (const part of parts(document)) {
      const next = fresh.getElementById(part.id);
      if (!next || shown.get(part.id) === next.outerHTML) continue;
      shown.set(part.id, next.outerHTML);
      const open = [...part.querySelectorAll("details[open]")].map((one) => one.id);
      const place = placeOf(part);
      const put = document.adoptNode(next);
      part.replaceWith(put);
      tellTime();
      mark(part, put);
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
      comeBack(place);
    }
  }

  async function ask(address) {
    const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  async function renew() {
    timer = null;
    if (document.hidden) return;
    wanted = false;
    const began = Date.now();
    busy = true;
    const mine = ++asked;
    try {
      const fresh = await ask(location.href);
      if (mine === asked) swap(fresh);
      tell(events.readyState === EventSource.OPEN);
    } catch {
      tell(false);
    }
    rested = Date.now() + Math.max(AT_MOST_EVERY, REST * (Date.now() - began));
    busy = false;
    plan();
  }

  function soon() {
    wanted = true;
    plan();
  }

  // What happens while an answer is under way is asked for after it.
  function plan() {
    if (wanted && !busy && timer === null) timer = setTimeout(renew, Math.max(0, rested - Date.now()));
  }

  function tell(isLive) {
    const live = document.getElementById("live");
    if (!live) return;
    live.hidden = false;
    live.classList.toggle("lost", !isLive);
    const words = isLive ? "Live" : "Not live: reload to see what is new";
    const word = live.querySelector(".word");
    if (word.textContent !== words) word.textContent = words;
  }

  function listen() {
    const address = document.body.dataset.events;
    if (!address) return;
    events = new EventSource(address);
    events.addEventListener("open", () => tell(true));
    events.addEventListener("news", soon);
    events.addEventListener("error", () => tell(false));
    addEventListener("pagehide", () => events.close());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    document.addEventListener("visibilitychange", () => document.hidden || soon());
    setInterval(soon, OTHERWISE_EVERY);
  }

  // The results of a search follow what is typed.
  function search() {
    const form = document.getElementById("search");
    if (!form) return;
    let typing = null;
    const look = async () => {
      const told = new URLSearchParams(new FormData(form));
      for (const [key, value] of [...told]) if (!value) told.delete(key);
      const address = `${location.pathname}${told.size ? "?" : ""}${told}`;
      const mine = ++asked;
      try {
        const fresh = await ask(address);
        if (mine !== asked) return;
        history.replaceState(null, "", address);
        document.getElementById("results").replaceWith(document.adoptNode(fresh.getElementById("results")));
        swap(fresh);
        note(document.getElementById("results"));
      } catch {
        form.submit();
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(look, AFTER_TYPING);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(typing);
      look();
    });
  }

  note(document);
  tellTime();
  setInterval(tellTime, 15000);
  search();
  listen();
})();
