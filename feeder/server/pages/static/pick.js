"use strict";
(() => {
  const page = document.getElementById("page");
  const told = document.getElementById("told");
  const toml = document.getElementById("toml");
  const found = document.getElementById("found");
  const rows = document.getElementById("rows");
  const button = (id) => document.getElementById(id);
  const START = told.textContent;
  const state = { examples: [], choice: null, details: {} };
  let choices = [];
  let asked = 0;
  let cursor = null;

  const role = () => document.querySelector("[name=role]:checked").value;
  const marked = () => page.querySelectorAll("[class^='m-'], [class*=' m-']");

  function say(words, isFault = false) {
    told.textContent = words;
    told.classList.toggle("fault", isFault);
  }

  function line(words, mark) {
    const made = document.createElement("li");
    made.textContent = words;
    if (mark) made.className = `m-${mark}`;
    return made;
  }

  function show(answer) {
    for (const one of marked()) one.classList.remove(...[...one.classList].filter((name) => name.startsWith("m-")));
    for (const [key, numbers] of Object.entries(answer.marks))
      for (const number of numbers)
        for (const one of page.querySelectorAll(`[data-n="${number}"]`)) one.classList.add(`m-${key}`);
    choices = answer.choices;
    if (choices.length) state.choice = answer.choice;
    toml.textContent = answer.toml;
    found.replaceChildren(...Object.entries(answer.found).map(([key, count]) => line(`${key} ${count}`, key)));
    rows.replaceChildren(...answer.rows.map(([title, date, address]) => line([date, title, address].filter(Boolean).join(" · "))));
    const many = choices[answer.choice];
    const where = choices.length > 1 ? ` Choice ${answer.choice + 1} of ${choices.length}: take more or fewer.` : "";
    say(answer.fault || (many ? `${many} articles.${where} Say what the next click is to pick what tells a date or an author.` : START), Boolean(answer.fault));
    button("narrower").disabled = !choices.length || answer.choice === 0;
    button("wider").disabled = !choices.length || answer.choice >= choices.length - 1;
    button("clear").disabled = !state.examples.length;
    button("copy").disabled = !answer.toml;
  }

  async function ask() {
    const turn = ++asked;
    try {
      const answer = await fetch("/picked", { method: "POST", body: JSON.stringify(state) });
      if (!answer.ok) throw new Error(await answer.text());
      const data = await answer.json();
      if (turn === asked) show(data);
    } catch (error) {
      if (turn === asked) say(`feeder does not answer any more: ${error.message}`, true);
    }
  }

  function pick(element, isMore) {
    const number = element?.closest("[data-n]")?.dataset.n;
    if (number === undefined) return;
    if (role() === "article") {
      state.examples = isMore ? [...state.examples, Number(number)] : [Number(number)];
      state.choice = null;
      if (!isMore) state.details = {};
    } else if (state.examples.length) {
      state.details[role()] = Number(number);
      document.querySelector("[name=role][value=article]").checked = true;
    } else {
      say("Click at an article first, then at what it tells.", true);
      return;
    }
    ask();
  }

  function turn(step) {
    if (!choices.length) return;
    const next = state.choice + step;
    if (next < 0 || next >= choices.length) return;
    state.choice = next;
    ask();
  }

  function clear() {
    Object.assign(state, { examples: [], choice: null, details: {} });
    asked++;
    show({ marks: {}, choices: [], choice: 0, toml: "", found: {}, rows: [], fault: "" });
  }

  async function copy() {
    if (!toml.textContent) return;
    await navigator.clipboard.writeText(toml.textContent);
    say("Copied.");
  }

  function move(step) {
    const links = [...page.querySelectorAll("a[data-n]")];
    if (!links.length) return;
    const next = links[(links.indexOf(cursor) + step + links.length) % links.length] ?? links[0];
    cursor?.classList.remove("here");
    cursor = next;
    cursor.classList.add("here");
    cursor.scrollIntoView({ block: "nearest" });
    say(cursor.textContent.trim().slice(0, 200));
  }

  page.addEventListener("click", (event) => {
    event.preventDefault();
    pick(event.target, event.shiftKey);
  });
  button("narrower").addEventListener("click", () => turn(-1));
  button("wider").addEventListener("click", () => turn(1));
  button("clear").addEventListener("click", clear);
  button("copy").addEventListener("click", copy);
  const keys = {
    j: () => move(1), k: () => move(-1), "+": () => turn(1), "=": () => turn(1), "-": () => turn(-1),
    c: copy, Escape: clear,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isOnButton = event.target.closest("button, input");
    if (event.key === "Enter" && cursor && !isOnButton) pick(cursor, event.shiftKey);
    else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  });
})();
