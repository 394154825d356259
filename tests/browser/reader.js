/* What readers of any kind do with a feed, the careless ones too. Tells what should not be.
   `contents` and `labels` are set as markup; `urls` are set as links and clicked, and played. */
async ({ contents, labels, urls }) => {
  // Where an article has no address, feedparser takes its id for one.
  const HARMLESS = /^(https?|mailto|urn):$/;
  const ACTIVE = "script,style,link,meta,base,iframe,frame,object,embed,form,input,button,svg,math,template";
  const EVENTS = ["click", "focus", "mouseover", "pointerover", "toggle", "beforetoggle",
    "animationstart", "input", "submit", "error", "load", "play", "begin", "start", "x"];
  const faults = [];
  const add = (tag, to = document.body) => to.appendChild(document.createElement(tag));

  const touch = (root, made) => {
    for (const each of root.querySelectorAll(ACTIVE)) faults.push(`${each.localName} from ${made}`);
    for (const each of root.querySelectorAll("*")) {
      for (const { name } of each.attributes)
        if (name.startsWith("on")) faults.push(`${name} from ${made}`);
      if (each.href && !HARMLESS.test(each.protocol)) {
        faults.push(`${each.protocol} from ${made}`);
        each.click?.();
      }
      // The default action of a link to the web would leave.
      for (const kind of EVENTS) each.dispatchEvent(new Event(kind));
    }
  };

  // Some together, as in a river of news: each must end where the next begins.
  const framed = async (some, write) => {
    const made = some.map(one => one + "<hr class=end>").join("");
    const frame = document.createElement("iframe");
    if (!write) frame.srcdoc = made;
    document.body.appendChild(frame);
    const loaded = new Promise(done => frame.addEventListener("load", done));
    if (write) {
      frame.contentDocument.open();
      frame.contentDocument.write(made);
      frame.contentDocument.close();
    }
    await loaded;
    const body = frame.contentDocument.body;
    if (body.querySelectorAll(":scope > hr.end").length != some.length)
      faults.push(`no end in ${made}`);
    touch(body, made);
    frame.remove();
  };

  for (const made of contents) {
    const place = add("div");
    place.innerHTML = made;
    touch(place, made);
  }
  for (let at = 0; at < contents.length; at += 10) {
    const some = contents.slice(at, at + 10);
    await Promise.all([framed(some, false), framed(some, true)]);
  }
  for (const made of labels) {
    const place = add("div");
    place.innerHTML = made;
    if (place.children.length) faults.push(`markup from ${made}`);
    touch(place, made);
  }
  for (const url of urls) {
    const place = add("div");
    add("a", place).href = url;
    touch(place, url);
    for (const kind of ["audio", "video", "img"]) add(kind, place).src = url;
  }
  // Errors of pictures come later.
  await new Promise(done => setTimeout(done, 300));
  return faults;
}
