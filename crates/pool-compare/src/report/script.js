// Sorts tables by a click on a column's heading, and shows some backends or cells alone.
(() => {
  "use strict";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // What a row is sorted by: the exact number, or the text.
  const key = (row, column) => {
    const { dataset, textContent } = row.cells[column];
    return dataset.value === undefined ? textContent.trim() : Number(dataset.value);
  };

  const nothing = (row, column) => row.cells[column].classList.contains("nothing");

  const order = (column, sign) => (a, b) => {
    // What is not there comes last in either direction.
    const missing = nothing(a, column) - nothing(b, column);
    if (missing !== 0) return missing;
    const [x, y] = [key(a, column), key(b, column)];
    return sign * (typeof x === "number" && typeof y === "number" ? x - y : `${x}`.localeCompare(`${y}`));
  };

  for (const table of all("table.sortable")) {
    const heads = all("thead th", table);
    const body = table.tBodies[0];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const descending = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        body.append(...[...body.rows].sort(order(column, descending ? -1 : 1)));
      });
    });
  }

  const form = document.querySelector("#filter");
  const choices = all("select", form);
  const apply = () => {
    const chosen = choices.map((choice) => [choice.name, choice.value]);
    const out = (element) =>
      chosen.some(([name, value]) => value && name in element.dataset && element.dataset[name] !== value);
    for (const element of all("[data-backend], [data-cell]")) {
      // Charts keep their places; what is not asked for steps back.
      if (element instanceof SVGElement) element.classList.toggle("aside", out(element));
      else element.hidden = out(element);
    }
  };
  for (const choice of choices) {
    const values = new Set(all(`[data-${choice.name}]`).map((element) => element.dataset[choice.name]));
    choice.append(...[...values].map((value) => new Option(value, value)));
    choice.addEventListener("change", apply);
  }
  form.addEventListener("reset", () => setTimeout(apply));
  form.hidden = false;
})();
