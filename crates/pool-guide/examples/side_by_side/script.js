// Which columns are shown, which step is read, and folds that open together.
(() => {
  "use strict";
  const body = document.body;
  const buttons = [...document.querySelectorAll(".pick button")];
  const all = buttons.map((button) => button.dataset.column);
  const narrow = matchMedia("(max-width: 720px)");
  // The one that was chosen last is last.
  let shown = location.search.slice(1).split("+").filter((column) => all.includes(column));
  if (shown.length === 0) shown = [...all];

  const show = () => {
    // There is room for two on a phone.
    if (narrow.matches) shown = shown.length === all.length ? shown.slice(0, 2) : shown.slice(-2);
    body.dataset.hidden = all.filter((column) => !shown.includes(column)).join(" ");
    body.dataset.shown = shown.length;
    for (const button of buttons) button.setAttribute("aria-pressed", shown.includes(button.dataset.column));
  };
  for (const button of buttons) {
    const { column } = button.dataset;
    button.addEventListener("click", () => {
      const others = shown.filter((other) => other !== column);
      if (!shown.includes(column)) shown = [...others, column];
      else if (others.length > 0 && !narrow.matches) shown = others;
      show();
      const search = shown.length === all.length ? location.pathname : `?${shown.join("+")}`;
      try { history.replaceState(null, "", search + location.hash); } catch { /* a file may refuse */ }
    });
  }
  narrow.addEventListener("change", show);
  show();

  const links = new Map([...document.querySelectorAll(".steps a")].map((link) => [link.hash.slice(1), link]));
  const steps = [...document.querySelectorAll(".step")].filter((step) => links.has(step.id));
  const mark = () => {
    const top = document.querySelector(".bar").getBoundingClientRect().bottom + 60;
    const current = steps.findLast((step) => step.getBoundingClientRect().top < top) ?? steps[0];
    for (const [id, link] of links) {
      if (id !== current.id) link.removeAttribute("aria-current");
      else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "true");
        const list = link.closest(".steps");
        list.scrollTo({ left: link.offsetLeft - list.clientWidth / 2 });
      }
    }
  };
  addEventListener("scroll", mark, { passive: true });
  mark();

  for (const fold of document.querySelectorAll(".fold")) {
    fold.addEventListener("toggle", () => {
      for (const other of fold.closest(".row").querySelectorAll(".fold")) other.open = fold.open;
    });
  }
})();
