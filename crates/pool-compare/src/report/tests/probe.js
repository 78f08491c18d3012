addEventListener("load", () => {
  const { wrongs } = window;
  const check = (holds, otherwise) => holds || wrongs.push(otherwise);
  const all = (selector) => [...document.querySelectorAll(selector)];
  all("details").forEach((it) => (it.open = true));
  const page = document.scrollingElement;
  check(page.scrollWidth <= innerWidth, `overflow: ${page.scrollWidth} in ${innerWidth}`);
  const small = (it) => it.getBoundingClientRect().height < 10;
  const cut = (it) => {
    const [inner, outer] = [it, it.ownerSVGElement].map((part) => part.getBoundingClientRect());
    return inner.right > outer.right + 1 || inner.left < outer.left - 1;
  };
  for (const it of all(".chart text")) {
    check(!small(it), `layout: too small: ${it.textContent}`);
    check(!cut(it), `layout: cut: ${it.textContent}`);
  }
  const ground = getComputedStyle(document.body).backgroundColor;
  const found = [...wrongs.map((it) => `wrong ${it}`), `width ${innerWidth}`, `ground ${ground}`];
  parent.postMessage(`probe: ${found.join("; ")}`, "*");
});
