addEventListener("load", () => {
  const { wrongs } = window;
  const check = (holds, otherwise) => holds || wrongs.push(otherwise);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const names = (table) => all("tbody tr", table).map((row) => row.cells[0].textContent);

  all("details").forEach((it) => (it.open = true));

  // Sorting: by a number, either way, and by a name.
  const table = document.querySelector("section.cell table");
  const [heads, before] = [all("thead th", table), names(table)];
  const values = () => all("tbody tr", table).map((row) => Number(row.cells[2].dataset.value));
  const sorted = (sign) => values().every((it, place, list) => place === 0 || sign * (it - list[place - 1]) >= 0);
  heads[2].querySelector("button").click();
  check(heads[2].ariaSort === "ascending" && sorted(1), "sort: not ascending");
  heads[2].querySelector("button").click();
  check(heads[2].ariaSort === "descending" && sorted(-1), "sort: not descending");
  check(names(table).join() !== before.join(), "sort: the order is as before");
  heads[0].querySelector("button").click();
  check(all("[aria-sort]", table).length === 1 && heads[0].ariaSort === "ascending", "sort: two at once");
  check(names(table).join() === [...before].sort().join(), "sort: not by name");
  heads[1].querySelector("button").click();
  check(table.rows[table.rows.length - 1].cells[1].textContent === "–", "sort: nothing is not last");

  // Filtering.
  const shown = (selector) => all(selector).filter((it) => !it.hidden).length;
  const [backend, cell] = all("#filter select");
  const choose = (select, value) => {
    select.value = value;
    check(select.value === value, `filter: there is no ${value}`);
    select.dispatchEvent(new Event("change"));
  };
  const rows = shown("tr[data-backend]");
  choose(backend, "flume");
  check(shown("tr[data-backend]") === shown("tr[data-backend=flume]"), "filter: others are shown");
  check(shown("tr[data-backend=flume]") > 0, "filter: nobody is shown");
  check(all("g.aside").length > 0, "filter: charts are as before");
  choose(backend, "");
  choose(cell, "throughput/empty");
  check(shown("section.cell") === shown("section.cell[data-cell='throughput/empty']"), "filter: other cells");
  document.querySelector("#filter").reset();
  setTimeout(() => {
    check(shown("tr[data-backend]") === rows && all(".aside").length === 0, "filter: not taken back");

    // Layout, with everything unfolded.
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
  }, 50);
});
