"use strict";
// Tables that can be sorted and filtered; without this they are plain tables.
const keyOf = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent;
const order = new Intl.Collator("en", { numeric: true }).compare;

function sort(table, column, heading) {
  const body = table.tBodies[0];
  const down = heading.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const rows = [...body.rows].map((row) => [keyOf(row, column), row]);
  const numeric = rows.every(([key]) => key !== "" && !isNaN(key));
  rows.sort(([a], [b]) => (down ? -1 : 1) * (numeric ? a - b : order(a, b)));
  body.append(...rows.map(([, row]) => row));
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(table, column, heading));
    heading.append(button);
  });
}

for (const filter of document.querySelectorAll(".filter")) {
  const rows = [...document.getElementById(filter.dataset.table).tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const status = filter.querySelector("[role=status]");
  filter.hidden = false;
  filter.querySelector("input").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !texts[index].includes(wanted);
      shown += !row.hidden;
    });
    status.textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows shown`;
  });
}
