"use strict";
(() => {
  const marked = [...document.querySelectorAll(".told")];
  const boxes = [...document.querySelectorAll("#tools input")];
  const told = document.getElementById("told");
  // A removal may be many pieces of a page: they are gone through by their first.
  const name = (mark) => mark.closest("article").id + " " + mark.dataset.removal;
  const pieces = new Map();
  for (const mark of marked) {
    if (!pieces.has(name(mark))) pieces.set(name(mark), []);
    pieces.get(name(mark)).push(mark);
  }
  const firsts = [...pieces.values()].map((some) => some[0]);
  let here = null;

  const words = (some) =>
    some.map((one) => one.textContent).join(" ").split(/\s+/).filter(Boolean).length;

  function show(mark) {
    for (const one of here ? pieces.get(name(here)) : []) one.classList.remove("here");
    here = mark;
    if (!mark) return;
    const some = pieces.get(name(mark));
    for (const one of some) one.classList.add("here");
    const count = words(some);
    told.textContent = `${mark.dataset.rule} – ${count} ${count === 1 ? "word" : "words"}`;
  }

  function go(step) {
    const seen = firsts.filter((mark) => !mark.classList.contains("off"));
    if (!seen.length) return;
    const place = here ? seen.indexOf(pieces.get(name(here))[0]) : step > 0 ? -1 : 0;
    const next = seen[(place + step + seen.length) % seen.length];
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center" });
    show(next);
  }

  function filter() {
    const off = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
    for (const mark of marked) mark.classList.toggle("off", off.has(mark.dataset.rule));
  }

  for (const box of boxes) box.addEventListener("change", filter);
  document.addEventListener("mouseover", (event) => {
    const mark = event.target.closest?.(".told:not(.off)");
    if (mark) show(mark);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n") go(1);
    else if (event.key === "p") go(-1);
    else if (event.key === "a") {
      const every = boxes.every((box) => box.checked);
      for (const box of boxes) box.checked = !every;
      filter();
    } else return;
    event.preventDefault();
  });
})();
